"""What is to be published: payloads in files."""

import sys
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO

from edatool.errors import WrongUsage, no_such_event
from edatool.frozen import frozen
from edatool.runtime.publish.files.line import PayloadFile
from edatool.spec.files import STANDARD_INPUT

LINE_SUFFIXES = (".jsonl", ".ndjson")


@frozen
class Batch:
    """Payloads in files: one in each line of ``.jsonl`` and ``.ndjson`` files, else one in each file.

    ``files`` are their names, ``-`` for standard input; with ``lines`` each line of any file is a payload. All are of
    the event ``event``, or each line is an object whose ``event_field`` names the event, and whose ``payload_field``
    holds the payload; without one the line is the payload.
    """

    files: tuple[str, ...]
    event: str = ""
    lines: bool = False
    event_field: str | None = None
    payload_field: str | None = None

    @property
    def many(self) -> bool:
        """Whether there may be more than one payload."""
        return len(self.files) > 1 or self.holds_lines(self.files[0])

    def require_publishable(self, events: Collection[str]) -> None:
        """Look for the event among those of a spec, and for the files.

        Raises:
            WrongUsage: one is not there.
        """
        if self.event_field is None and self.event not in events:
            raise no_such_event(self.event, events)
        if self.event_field is None and self.payload_field is not None:
            raise WrongUsage("a field with the payload needs a field that names the event")
        missing = [name for name in self.files if name != STANDARD_INPUT and not Path(name).exists()]
        if missing:
            is_payload = missing[0].lstrip().startswith(("{", "["))
            way_out = "give a payload on standard input" if is_payload else "correct the name"
            raise WrongUsage(f"{missing[0]} cannot be read: there is no such file; {way_out}")

    def holds_lines(self, name: str) -> bool:
        """Tell whether each line of this file is a payload."""
        return self.lines or self.event_field is not None or name.endswith(LINE_SUFFIXES)


def open_files(batch: Batch) -> Iterator[PayloadFile]:
    """Open one file after the other.

    Raises:
        WrongUsage: one cannot be opened.
    """
    for name in batch.files:
        with _opened(name) as stream:
            yield PayloadFile(name, stream, whole=not batch.holds_lines(name))


def _opened(name: str) -> AbstractContextManager[BinaryIO]:
    if name == STANDARD_INPUT:
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise WrongUsage(f"{name} cannot be opened: {error.strerror}") from None
