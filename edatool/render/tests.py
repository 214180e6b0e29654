"""Results of routing tests for people, for programs, and as JUnit XML for CI."""

import json
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree

from edatool.findings import Position
from edatool.render import trace as render_trace
from edatool.routing.coverage import Coverage
from edatool.routing.suite import Ran
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


def as_json(results: Sequence[Ran], covered: Coverage) -> str:
    """Return results and coverage as JSON; the keys are part of the format, whose version is ``format_version``."""
    return json.dumps(
        {
            "format_version": FORMAT_VERSION,
            "tests": [_fields(one) for one in results],
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
        "expected": _expected(result),
        "reached": _reached(result),
        "queues": list(result.trace.queues) if result.trace else [],
        "maybe": list(result.trace.maybe) if result.trace else [],
        "violations": [{"pointer": each.pointer, "message": each.message} for each in result.violations],
    }


def _expected(result: Verified) -> str:
    """Say what a test expects: queues, or what else becomes of its message."""
    expect, after = result.test.expect, result.test.dead_letter
    words = {"exactly": _named(expect.queues), "at_least": f"at least {_named(expect.queues)}"}.get(
        expect.kind, expect.kind
    )
    return f"{words}; dead-lettered from {after.queue}: {_named(after.expect)}" if after else words


def _reached(result: Verified) -> str:
    """Say what became of the message of a test, in the words of ``expected``."""
    trace = result.trace
    if trace is None:
        return "rejected"
    if trace.refused:
        return f"refused by the broker with {trace.refused.code}"
    if trace.unroutable:
        return "unroutable"
    words = _named(trace.queues) + (f", maybe {_named(trace.maybe)}" if trace.maybe else "")
    ends = sorted({way.queues[-1] for way in result.afterwards if way.lost is None})
    after = result.test.dead_letter
    return f"{words}; dead-lettered from {after.queue}: {_named(ends)}" if after and result.passage else words


def _named(queues: Iterable[str]) -> str:
    """Name queues in a sentence."""
    return ", ".join(queues) or "no queue"


def junit(results: Sequence[Ran], name: str, seconds: float) -> str:
    """Return results as JUnit XML, as CI systems read it; ``seconds`` is how long all took, on a broker too."""
    failed = sum(not one.result.passed for one in results)
    name = visible(name)  # XML has no control characters
    counts = {"tests": str(len(results)), "failures": str(failed), "errors": "0", "skipped": "0"}
    suite = ElementTree.Element("testsuite", {"name": name, "time": _time(seconds), **counts})
    for one in results:
        place = {"file": visible(one.at.file), "line": str(one.at.line)} if one.at else {}
        called = {"classname": f"edatool.{name}", "name": visible(one.result.test.name)}
        case = ElementTree.SubElement(suite, "testcase", {**called, **place, "time": _time(one.seconds)})
        said = {"expected": visible(_expected(one.result)), "reached": visible(_reached(one.result))}
        properties = ElementTree.SubElement(case, "properties")
        for key, value in said.items():
            ElementTree.SubElement(properties, "property", name=key, value=value)
        if not one.result.passed:
            failure = ElementTree.SubElement(case, "failure", message=visible("; ".join(one.result.problems)))
            failure.text = "\n".join([f"{key}: {value}" for key, value in said.items()] + [text(one.result, one.at)])
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True)


def _time(seconds: float) -> str:
    return f"{seconds:.6f}"
