"""A payload changed in the user's editor."""

import json

import click

from edatool.errors import WrongUsage


def edited(body: bytes) -> bytes:
    """Return what an editor makes of a payload: JSON is laid out for it, and is the same where nothing is changed.

    Raises:
        WrongUsage: it is no text, no editor can be run, or what it leaves is empty, no text or gone.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise WrongUsage("its payload is no text: give the new one as a file with --payload") from None
    shown = _laid_out(text)
    try:
        after = click.edit(shown, extension=".json", require_save=False)
    except click.ClickException as error:
        raise WrongUsage(error.format_message()) from None
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsage(f"what the editor left cannot be read ({error}): nothing is sent") from None
    if after is not None and not after.strip():
        raise WrongUsage("the editor left nothing: nothing is sent; an empty payload is given with --payload")
    return body if after is None or after.strip() == shown.strip() else after.strip().encode()


def _laid_out(text: str) -> str:
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"
    except (ValueError, RecursionError):
        return text
