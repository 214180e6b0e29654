"""What goes along while a filter is read: where things stand, what is wrong, and how much there is."""

from collections.abc import Callable
from dataclasses import field

from edatool.filters.pattern import Values
from edatool.findings import Finding, Position
from edatool.frozen import mutable

Path = tuple[str | int, ...]
Where = Callable[[Path], Position | None]

MALFORMED = "E291"
MAX_TESTS = 1_000
MAX_DEPTH = 32
MAX_TEXT = 1_000


@mutable
class FilterReading:
    """One filter being read. ``eventbridge``: only what EventBridge allows; ``root``: the path at which it begins."""

    where: Where
    root: Path
    eventbridge: bool = False
    findings: list[Finding] = field(default_factory=list)
    tests: int = 0

    def wrong(self, message: str, at: Path) -> None:
        """Note what is wrong with the value at a path."""
        self.findings.append(Finding(MALFORMED, message, self.where(at)))

    def counted(self, values: Values) -> Values:
        """Count tests, and note when they become too many."""
        before = self.tests
        self.tests += len(values.tests)
        if before <= MAX_TESTS < self.tests:
            self.wrong(f"the filter has more than {MAX_TESTS} conditions: divide it", values.at)
        return values

    def too_deep(self, at: Path) -> bool:
        """Say, and note, whether a path is deeper than filters may be."""
        deep = len(at) - len(self.root) > MAX_DEPTH
        if deep:
            self.wrong(f"the filter is nested deeper than {MAX_DEPTH} levels: flatten it", at)
        return deep
