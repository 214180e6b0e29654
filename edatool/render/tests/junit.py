"""Results of routing tests as JUnit XML, as CI systems read it."""

from xml.etree import ElementTree

from edatool.render.tests.shown import ShownSuite
from edatool.render.tests.text import result_text
from edatool.render.tests.words import expected, reached
from edatool.visible import visible


def junit(shown: ShownSuite) -> str:
    """Return a test suite, with how long all of it took, on a broker too."""
    ran = shown.suite.ran
    failed = sum(not one.result.passed for one in ran)
    name = visible(shown.spec)  # XML has no control characters
    counts = {"tests": str(len(ran)), "failures": str(failed), "errors": "0", "skipped": "0"}
    suite = ElementTree.Element("testsuite", {"name": name, "time": _time(shown.suite.seconds), **counts})
    for one in ran:
        place = {"file": visible(one.at.file), "line": str(one.at.line)} if one.at else {}
        called = {"classname": f"edatool.{name}", "name": visible(one.result.test.name)}
        case = ElementTree.SubElement(suite, "testcase", {**called, **place, "time": _time(one.seconds)})
        said = {"expected": visible(expected(one.result)), "reached": visible(reached(one.result))}
        properties = ElementTree.SubElement(case, "properties")
        for key, value in said.items():
            ElementTree.SubElement(properties, "property", name=key, value=value)
        if not one.result.passed:
            failure = ElementTree.SubElement(case, "failure", message=visible("; ".join(one.result.problems)))
            failure.text = "\n".join(
                [f"{key}: {value}" for key, value in said.items()] + [result_text(one.result, one.at)]
            )
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True)


def _time(seconds: float) -> str:
    return f"{seconds:.6f}"
