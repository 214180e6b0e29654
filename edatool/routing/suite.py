"""The routing tests of a spec, run."""

from edatool.findings import Position
from edatool.frozen import frozen
from edatool.routing.coverage import Coverage
from edatool.routing.verify import Verified


@frozen
class Ran:
    """How a test ended, where it stands, and the seconds that its simulation took."""

    result: Verified
    at: Position | None
    seconds: float


@frozen
class Suite:
    """How all tests ended, what of the spec they reached, and how many seconds all of it took."""

    ran: tuple[Ran, ...]
    covered: Coverage
    seconds: float

    @property
    def results(self) -> list[Verified]:
        """How each test ended, in the order of the spec."""
        return [one.result for one in self.ran]

    @property
    def passed(self) -> bool:
        """Whether all is as expected."""
        return all(one.result.passed for one in self.ran)
