"""Results of routing tests for people."""

from collections.abc import Iterator

from edatool.counted import counted
from edatool.findings import Position
from edatool.render.tests.shown import ShownSuite
from edatool.render.trace.shown import ShownTrace
from edatool.render.trace.text import text as trace_text
from edatool.routing.suite import Suite
from edatool.routing.verify import Verified
from edatool.visible import joined, visible


def text(shown: ShownSuite) -> str:
    """Return what became of each test, the counts, and what no test reached."""
    ran = [result_text(one.result, one.at) for one in shown.suite.ran]
    return "\n".join([*ran, joined(_summary(shown.suite))])


def result_text(result: Verified, at: Position | None) -> str:
    """Return a line for a test; for one that failed also where it stands, the difference and the trace."""
    if result.passed:
        return visible(f"ok    {result.test.name}")
    lines = [f"FAIL  {result.test.name}  ({at})", *(f"      {problem}" for problem in result.problems)]
    lines += [f"        {violation}" for violation in result.violations]
    if result.message and result.trace:
        shown = trace_text(ShownTrace(result.message, result.trace, missed=True))
        lines += [f"      | {line}".rstrip() for line in shown.splitlines()]
    return joined(lines)


def counts(suite: Suite) -> str:
    """Return how many tests passed and failed."""
    failed = sum(not one.passed for one in suite.results)
    return f"{counted(len(suite.ran), 'test')}: {len(suite.ran) - failed} passed, {failed} failed"


def _summary(suite: Suite) -> Iterator[str]:
    yield counts(suite)
    yield f"coverage: {suite.covered.percent:.0f} % of the events, bindings and queues"
    for kind in ("events", "bindings", "queues"):
        yield from (f"  no test reaches {kind[:-1]} {name}" for name in getattr(suite.covered, kind))
