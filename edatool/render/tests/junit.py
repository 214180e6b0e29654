"""Results of routing tests as JUnit XML, as CI systems read it."""

from xml.etree import ElementTree

from edatool.render.tests.shown import ShownSuite
from edatool.render.tests.text import result_text
from edatool.render.tests.words import expected, reached
from edatool.render.xml import as_xml, element, root, set_text
from edatool.routing.suite import Ran


def junit(shown: ShownSuite) -> str:
    """Return a test suite, with how long all of it took, on a broker too."""
    ran = shown.suite.ran
    failed = sum(not one.result.passed for one in ran)
    counts = {"tests": str(len(ran)), "failures": str(failed), "errors": "0", "skipped": "0"}
    suite = root("testsuite", name=shown.spec, time=_time(shown.suite.seconds), **counts)
    for one in ran:
        _add_case(suite, one, f"edatool.{shown.spec}")
    return as_xml(suite)


def _add_case(suite: ElementTree.Element, one: Ran, classname: str) -> None:
    result = one.result
    place = {"file": one.at.file, "line": str(one.at.line)} if one.at else {}
    case = element(suite, "testcase", classname=classname, name=result.test.name, **place, time=_time(one.seconds))
    said = {"expected": expected(result), "reached": reached(result)}
    properties = element(case, "properties")
    for key, value in said.items():
        element(properties, "property", name=key, value=value)
    if not result.passed:
        lines = [*(f"{key}: {value}" for key, value in said.items()), result_text(result, one.at)]
        set_text(element(case, "failure", message="; ".join(result.problems)), "\n".join(lines))


def _time(seconds: float) -> str:
    return f"{seconds:.6f}"
