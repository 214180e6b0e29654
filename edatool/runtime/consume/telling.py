"""Who is told what a person should know of a consumer."""

import logging
from collections.abc import Callable

_LOG = logging.getLogger("edatool")


def logged(text: str) -> None:
    """Tell the log."""
    _LOG.warning("%s", text)


def safely(tell: Callable[[str], None]) -> Callable[[str], None]:
    """Return a function that tells the same, and never raises: whoever listens must not end a thread of ours."""

    def tell_safely(text: str) -> None:
        try:
            tell(text)
        except Exception:  # noqa: BLE001 - as said
            _LOG.exception("what a consumer tells raised: %s", text)

    return tell_safely
