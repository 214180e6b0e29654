"""What is wrong with something a user wrote, as a value."""

from typing import Literal

from edatool.frozen import frozen
from edatool.visible import visible


@frozen
class Position:
    """A place in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __lt__(self, other: "Position") -> bool:
        return (self.file, self.line, self.column) < (other.file, other.line, other.column)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@frozen
class ReplaceValue:
    """Something else is to stand at a path."""

    path: tuple[str | int, ...]
    value: str | int | bool


@frozen
class Rename:
    """What stands at a path is to have another key."""

    path: tuple[str | int, ...]
    key: str


@frozen
class Remove:
    """Nothing is to stand at a path any more; what stood there is said at another, where there is one."""

    path: tuple[str | int, ...]
    said: tuple[str | int, ...] | None = None


Correction = ReplaceValue | Rename | Remove


@frozen
class Edit:
    """In a file, ``text`` instead of what stands from ``start`` up to ``end``, which is the place behind it."""

    start: Position
    end: Position
    text: str


@frozen
class Fix:
    """The one right answer to a finding: edits of the text that leave all else as it is.

    ``corrections`` are what they are to make of the value that the file holds. There is none where it stays the same.
    """

    description: str
    edits: tuple[Edit, ...]
    corrections: tuple[Correction, ...] = ()


@frozen
class Finding:
    """One thing that is wrong: a code (``E...`` an error, ``W...`` a warning), a sentence, a place.

    The sentence says what is wrong and the way out; the place says where. There is a fix where only one thing can be
    right. ``raised``: a warning that counts as an error here, as the spec's ``checks`` or a profile say.
    """

    code: str
    message: str
    at: Position | None = None
    fix: Fix | None = None
    raised: bool = False

    @property
    def severity(self) -> Literal["error", "warning"]:
        """Whether ``edatool validate`` fails for it."""
        return "error" if self.raised or self.prevents_use else "warning"

    @property
    def is_error(self) -> bool:
        """Whether its severity is that of an error."""
        return self.severity == "error"

    @property
    def prevents_use(self) -> bool:
        """Whether the spec may not be acted on: with an error of its own, and not with a warning that was raised."""
        return self.code.startswith("E")

    def __str__(self) -> str:
        """Return one line, as compilers print it; what others wrote is made visible."""
        said = f"{self.code} (error) {self.message}" if self.raised else f"{self.code} {self.message}"
        return visible(f"{self.at}: {said}" if self.at else said)


@frozen
class Ignored:
    """A finding that somebody has looked at and that does not count, and the reason that was given."""

    finding: Finding
    reason: str

    def __str__(self) -> str:
        """Return one line; what others wrote is made visible."""
        return visible(f"{self.finding}: ignored because {self.reason}")


def errors(findings: list[Finding]) -> list[Finding]:
    """Return the findings that keep a spec from being used, in their order."""
    return [finding for finding in findings if finding.prevents_use]


def in_order(findings: list[Finding]) -> list[Finding]:
    """Return the findings sorted as a reader meets them: by file, line, column, code."""
    nowhere = Position("", 0, 0)
    return sorted(findings, key=lambda finding: (finding.at or nowhere, finding.code, finding.message))
