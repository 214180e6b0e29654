"""Findings as Checkstyle prints them, which many programs read."""

from xml.etree import ElementTree

from edatool.findings import Finding
from edatool.render.findings.shown import ShownFindings
from edatool.render.xml import as_xml, element, root


def checkstyle(shown: ShownFindings) -> str:
    """Return the files with their findings, as XML."""
    report = root("checkstyle", version="4.3")
    files: dict[str, ElementTree.Element] = {}
    for one in shown.findings:
        name = shown.path(one.at)
        files[name] = files[name] if name in files else element(report, "file", name=name)
        element(files[name], "error", **_said(one))
    return as_xml(report)


def _said(one: Finding) -> dict[str, str]:
    place = {"line": str(one.at.line), "column": str(one.at.column)} if one.at else {}
    return {**place, "severity": one.severity, "message": one.message, "source": f"edatool.{one.code}"}
