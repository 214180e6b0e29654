"""Results of routing tests for people, for programs, and as JUnit XML for CI."""

import json
from collections.abc import Sequence
from xml.etree import ElementTree

from edatool.findings import Position
from edatool.render import trace as render_trace
from edatool.routing.coverage import Coverage
from edatool.routing.verify import Verified
from edatool.visible import joined, visible

FORMAT_VERSION = 1


def text(result: Verified, at: Position | None) -> str:
    """Return a line for a test; for one that failed also where it stands, the difference and the trace."""
    if result.passed:
        return visible(f"ok    {result.test.name}")
    lines = [f"FAIL  {result.test.name}  ({at})", *(f"      {problem}" for problem in result.problems)]
    lines += [f"        {violation}" for violation in result.violations]
    if result.message and result.trace:
        shown = render_trace.text(result.message, result.trace, missed=True)
        lines += [f"      | {line}".rstrip() for line in shown.splitlines()]
    return joined(lines)


def summary(results: Sequence[Verified], covered: Coverage) -> str:
    """Return the counts, and what no test reached."""
    failed = sum(not one.passed for one in results)
    lines = [f"{len(results)} tests: {len(results) - failed} passed, {failed} failed"]
    lines.append(f"coverage: {covered.percent:.0f} % of the events, bindings and queues")
    for kind in ("events", "bindings", "queues"):
        lines += [f"  no test reaches {kind[:-1]} {name}" for name in getattr(covered, kind)]
    return joined(lines)


def as_json(results: Sequence[Verified], covered: Coverage) -> str:
    """Return results and coverage as JSON; the keys are part of the format, whose version is ``format_version``."""
    return json.dumps(
        {
            "format_version": FORMAT_VERSION,
            "tests": [
                {
                    "name": one.test.name,
                    "passed": one.passed,
                    "problems": list(one.problems),
                    "queues": list(one.trace.queues) if one.trace else [],
                    "maybe": list(one.trace.maybe) if one.trace else [],
                    "violations": [{"pointer": each.pointer, "message": each.message} for each in one.violations],
                }
                for one in results
            ],
            "coverage": {
                "percent": round(covered.percent, 1),
                "unreached_events": list(covered.events),
                "unreached_bindings": list(covered.bindings),
                "unreached_queues": list(covered.queues),
            },
        },
        indent=2,
    )


def junit(results: Sequence[Verified], name: str) -> str:
    """Return results as JUnit XML, as CI systems read it."""
    failed = sum(not one.passed for one in results)
    name = visible(name)  # XML has no control characters
    suite = ElementTree.Element("testsuite", name=name, tests=str(len(results)), failures=str(failed), errors="0")
    for one in results:
        case = ElementTree.SubElement(suite, "testcase", classname=f"edatool.{name}", name=visible(one.test.name))
        if not one.passed:
            failure = ElementTree.SubElement(case, "failure", message=visible("; ".join(one.problems)))
            failure.text = text(one, None)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True)
