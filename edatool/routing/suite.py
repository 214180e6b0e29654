"""The routing tests of a spec, run."""

from edatool.findings import Finding, Position
from edatool.frozen import frozen
from edatool.routing.coverage import Coverage
from edatool.routing.verify import Verified


@frozen
class Ran:
    """How a test ended, where it stands, and the seconds that its simulation took."""

    result: Verified
    at: Position | None
    seconds: float

    @property
    def finding(self) -> Finding | None:
        """What is wrong, None where the test passed."""
        if self.result.passed:
            return None
        wrong = "; ".join((*self.result.problems, *map(str, self.result.violations)))
        message = f"the test {self.result.test.name!r} fails: {wrong}: correct the routes, or what it expects"
        return Finding("E801", message, self.at)


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
    def findings(self) -> list[Finding]:
        """The tests that failed, as ``edatool.report`` takes them."""
        return [one.finding for one in self.ran if one.finding]

    @property
    def passed(self) -> bool:
        """Whether all is as expected."""
        return all(one.result.passed for one in self.ran)
