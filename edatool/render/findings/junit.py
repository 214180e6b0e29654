"""Findings as JUnit XML, as CI systems read it."""

from xml.etree import ElementTree

from edatool.findings import Finding
from edatool.render.findings.shown import ShownFindings
from edatool.render.findings.text import text_of
from edatool.render.xml import as_xml, element, root, set_text


def junit(shown: ShownFindings) -> str:
    """Return a test suite: a case that failed for each error, and one that was skipped for each warning.

    Names of cases have no lines, so that they stay the same where those move. Where nothing is wrong one case passed:
    a report without any is a mistake to some CI systems.
    """
    found, wrong = len(shown.findings), sum(one.is_error for one in shown.findings)
    counts = {"tests": found or 1, "failures": wrong, "errors": 0, "skipped": found - wrong}
    name = f"edatool {shown.command}"
    suite = root("testsuite", name=name, **{key: str(count) for key, count in counts.items()})
    for one in shown.findings:
        _add_case(suite, one, shown)
    if not found:
        element(suite, "testcase", classname=name, name="nothing is wrong")
    return as_xml(suite)


def _add_case(suite: ElementTree.Element, one: Finding, shown: ShownFindings) -> None:
    path = shown.path(one.at)
    line = {"line": str(one.at.line)} if one.at else {}
    case = element(suite, "testcase", classname=path, name=f"{one.code} {one.message}", file=path, **line)
    if one.is_error:
        set_text(element(case, "failure", type=one.code, message=one.message), text_of(one, shown))
    else:
        element(case, "skipped", message=f"{one.code} {one.message}")
