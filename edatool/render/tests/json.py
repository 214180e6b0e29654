"""Results of routing tests for programs."""

from json import dumps

from edatool.render.tests.shown import ShownSuite
from edatool.render.tests.words import expected, reached
from edatool.routing.suite import Ran

FORMAT_VERSION = 1


def json(shown: ShownSuite) -> str:
    """Return results and coverage as JSON; the keys are part of the format, whose version is ``format_version``."""
    covered = shown.suite.covered
    return dumps(
        {
            "format_version": FORMAT_VERSION,
            "tests": [_fields(one) for one in shown.suite.ran],
            "coverage": {
                "percent": round(covered.percent, 1),
                "unreached_events": list(covered.events),
                "unreached_bindings": list(covered.bindings),
                "unreached_queues": list(covered.queues),
            },
        },
        indent=2,
    )


def _fields(one: Ran) -> dict[str, object]:
    result = one.result
    return {
        "name": result.test.name,
        "file": one.at.file if one.at else None,
        "line": one.at.line if one.at else None,
        "seconds": round(one.seconds, 6),
        "passed": result.passed,
        "problems": list(result.problems),
        "expected": expected(result),
        "reached": reached(result),
        "queues": list(result.trace.queues) if result.trace else [],
        "maybe": list(result.trace.maybe) if result.trace else [],
        "violations": [one.to_json() for one in result.violations],
    }
