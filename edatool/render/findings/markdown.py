"""Findings as a comment on a pull request, or the summary of a job."""

from collections.abc import Collection, Iterator

from edatool.counted import counted
from edatool.findings import Finding
from edatool.render.findings.shown import ShownFindings
from edatool.render.findings.totals import totals
from edatool.render.markup import code, fitting, plain

MOST = 50_000
"""Bound in bytes of the table: GitHub takes comments of 65,536 characters."""
_HEAD = ("| | | where | what is wrong |", "|---|---|---|---|")


def markdown(shown: ShownFindings) -> str:
    """Return a heading with the counts, and a table of the findings, errors first."""
    found = shown.findings
    heading = f"### edatool {shown.command}: {totals(found) or 'nothing is wrong'}"
    return "\n".join([heading, *table(shown, MOST), *_ignored(shown)])


def table(shown: ShownFindings, room: int, new: Collection[Finding] = ()) -> Iterator[str]:
    """Yield the lines of a table of findings for which there is room, and how many there is none for.

    Errors come first, and of each kind those that are ``new``.
    """
    known = frozenset(new)
    ordered = sorted(shown.findings, key=lambda one: (not one.is_error, one not in known))
    rows = [_row(one, shown, "new " if one in known else "") for one in ordered]
    fit = fitting(rows, room)
    if fit:
        yield from ("", *_HEAD, *fit)
    if len(fit) < len(rows):
        yield from ("", f"and {counted(len(rows) - len(fit), 'more finding')}, which edatool {shown.command} prints")


def _ignored(shown: ShownFindings) -> Iterator[str]:
    if shown.ignored:
        rows = [f"- {one.finding.code} {plain(one.finding.message)}: {plain(one.reason)}" for one in shown.ignored]
        fit = fitting(rows, MOST // 10)
        yield from ("", f"<details><summary>Ignored, with a reason ({len(rows)})</summary>", "", *fit, "", "</details>")


def _row(one: Finding, shown: ShownFindings, age: str) -> str:
    where = code(f"{shown.path(one.at)}:{one.at.line}") if one.at else ""
    return f"| {age}{one.severity} | {one.code} | {where} | {plain(one.message)} |"
