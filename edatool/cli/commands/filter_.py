"""edatool filter: what filters say of payloads."""

from collections.abc import Iterator
from pathlib import Path

import click

import edatool
from edatool.cli.command import Group
from edatool.cli.completing import events
from edatool.cli.file_name import FILE_NAME
from edatool.cli.options import format_option, load_spec, spec_option
from edatool.cli.writing import output_option, write
from edatool.errors import WrongUsage
from edatool.render.filters import FORMATS


@click.group("filter", cls=Group)
def filter_() -> None:
    """Try the filters of a spec, or a pattern that is not in it yet.

    Example: edatool filter test big-order order.json
    """


@filter_.command("test", short_help="Say whether a filter matches payloads, and why not.")
@click.argument("arguments", nargs=-1, type=FILE_NAME, metavar="[FILTER] [PAYLOAD]...")
@click.option(
    "--pattern",
    type=FILE_NAME,
    metavar="YAML|FILE",
    help="Instead of FILTER: a pattern in YAML, or a file of one; - is standard input.",
)
@click.option(
    "--event", metavar="EVENT", shell_complete=events, help="An event of the spec: its key and headers are matched too."
)
@click.option("--key", metavar="KEY", help="The routing key; with --event, instead of the event's.")
@spec_option
@format_option(FORMATS)
@output_option
def test(
    *,
    arguments: tuple[str, ...],
    pattern: str | None,
    event: str | None,
    key: str | None,
    files: tuple[str, ...],
    output: str,
) -> int:
    """Try FILTER, a name under filters in the spec, on PAYLOADs: files of JSON, or - for standard input.

    Without a PAYLOAD the examples of the schema of --event are taken. Exits with 0 if all match, with 1 if not.

    \b
    Example:
      edatool filter test big-order order.json
      edatool filter test big-order --event order.placed
      edatool filter test --pattern 'data.total: [{numeric: [">", 100]}]' order.json
    """
    named, paths = (None, arguments) if pattern is not None else (arguments[:1], arguments[1:])
    if named == ():
        raise WrongUsage("name a filter of the spec, or give a --pattern")
    if not paths and not event:
        raise WrongUsage("give a payload, a file of JSON or -, or an --event whose schema has examples")
    routes = load_spec(files) if named or event else None
    text, file = _pattern(pattern) if pattern is not None else (None, "")
    tried = edatool.try_filter(
        _payloads(paths) if paths else None,
        routes=routes,
        name=named[0] if named else None,
        pattern=text,
        event=event,
        key=key,
        file=file,
    )
    write(FORMATS.show(output, tried))
    return 0 if all(one.matches for one in tried) else 1


def _pattern(text: str) -> tuple[str, str]:
    """Return a pattern, and the name of where it stands."""
    from edatool.spec.files import STANDARD_INPUT

    is_file = text == STANDARD_INPUT or ("\n" not in text and Path(text).is_file())
    return (_content(text), text) if is_file else (text, "--pattern")


def _content(file: str) -> str:
    from edatool.spec.files import Unreadable, read_given
    from edatool.spec.text.text import MAX_BYTES

    try:
        return read_given(file, MAX_BYTES).decode("utf-8-sig")
    except Unreadable as error:
        raise WrongUsage(f"{file} {error}") from None
    except UnicodeDecodeError:
        raise WrongUsage(f"{file} is not UTF-8: save it as UTF-8") from None


def _payloads(paths: tuple[str, ...]) -> Iterator[tuple[str, object]]:
    from edatool.cli.payload_file import read_payload

    for path in paths:
        yield path, read_payload(path).value
