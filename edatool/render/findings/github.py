"""Findings as commands of GitHub Actions, which shows them at their lines of a pull request."""

from edatool.findings import Finding
from edatool.render.findings.shown import ShownFindings, rule_of
from edatool.visible import visible

# https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
# Line breaks are visible already.
_IN_MESSAGE = {ord("%"): "%25"}
_IN_PROPERTY = {**_IN_MESSAGE, ord(":"): "%3A", ord(","): "%2C"}


def github(shown: ShownFindings) -> str:
    """Return a command for each finding, errors first: GitHub shows ten of each kind in a step."""
    ordered = sorted(shown.findings, key=lambda one: not one.is_error)
    return "\n".join(_command(one, shown) for one in ordered)


def _command(one: Finding, shown: ShownFindings) -> str:
    place = {"line": str(one.at.line), "col": str(one.at.column)} if one.at else {}
    properties = {"file": shown.path(one.at), **place, "title": f"edatool {one.code} {rule_of(one).name}"}
    said = ",".join(f"{key}={_escaped(value, _IN_PROPERTY)}" for key, value in properties.items())
    return f"::{one.severity} {said}::{_escaped(one.message, _IN_MESSAGE)}"


def _escaped(text: str, table: dict[int, str]) -> str:
    return visible(text).translate(table)
