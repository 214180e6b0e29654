"""A comment on a pull request, in Markdown of GitHub and GitLab."""

from collections import Counter
from collections.abc import Iterable, Iterator

from edatool.change.offline.diff import Diff
from edatool.frozen import frozen
from edatool.render.comment.shown import ShownComment, marker, plan_line
from edatool.render.diff.sections import contract_lines, declaration_lines
from edatool.render.findings.markdown import table
from edatool.render.findings.shown import ShownFindings
from edatool.render.findings.totals import totals
from edatool.render.markup import code, fitting, plain
from edatool.render.plan.markdown import fenced
from edatool.render.plan.markdown import markdown as plan_markdown
from edatool.render.plan.shown import ShownPlan
from edatool.render.plan.summary import summary
from edatool.render.plan.verdict import refusals
from edatool.render.tests.shown import ShownSuite
from edatool.routing.suite import Ran
from edatool.visible import visible

_PART = 14_000
"""Bound in bytes of the findings, of the tests, and of a plan that does not fit as a whole."""
_REST = "*What there is no room for here is in the summary of the job.*"


@frozen
class _Section:
    """A part of a comment: whether something is wrong there, its counts, all of it, and most of it."""

    wrong: bool
    name: str
    counts: str
    whole: str
    most: str


def markdown(shown: ShownComment) -> str:
    """Return the marker, the counts of all parts, and the parts, those first in which something is wrong."""
    sections = sorted(_sections(shown), key=lambda one: not one.wrong)
    head = [marker(shown.environment), *([plan_line(shown.reviewed)] if shown.reviewed else [])]
    head += [f"## edatool: {plain(shown.environment)}", ""]
    head += [f"- {'**' if one.wrong else ''}{one.name}: {one.counts}{'**' if one.wrong else ''}" for one in sections]
    parts = ["\n".join(head), *(one.whole for one in sections)]
    if sum(len(one.encode()) + 2 for one in parts) <= shown.most:
        return "\n\n".join(parts)
    room = shown.most - len(parts[0].encode()) - 500
    return "\n\n".join([parts[0], *_shortened(sections, room), _REST])


def _shortened(sections: list[_Section], room: int) -> Iterator[str]:
    """Yield each part as a whole where there is room for it beside most of those behind it."""
    for number, one in enumerate(sections):
        later = sum(len(other.most.encode()) + 2 for other in sections[number + 1 :])
        chosen = one.whole if len(one.whole.encode()) + later <= room else one.most
        room -= len(chosen.encode()) + 2
        yield chosen


def _sections(shown: ShownComment) -> Iterator[_Section]:
    if shown.plan:
        yield _plan(shown.plan)
    if shown.findings:
        yield _findings(shown.findings, shown.diff, shown.most)
    if shown.suite:
        yield _suite(shown.suite, shown.most)
    if shown.diff and shown.diff.contracts:
        kinds = [one.kind for one in shown.diff.contracts]
        yield _changes("Contracts", kinds, contract_lines(shown.diff), shown.most)
    if shown.diff and shown.diff.declarations:
        kinds = [one.kind for one in shown.diff.declarations]
        yield _changes("Declarations", kinds, declaration_lines(shown.diff), shown.most)


def _plan(shown: ShownPlan) -> _Section:
    refused, counts = list(refusals(shown.plan, shown.allowed)), plain(summary(shown.plan, shown.allowed))
    listed = fitting([f"- {plain(one)}" for one in refused], _PART)
    most = "\n".join([f"### {plain(shown.title)}", "", counts, *(["", *listed] if listed else [])])
    unsafe = f"UNSAFE, apply refuses this. {counts}" if refused else counts
    return _Section(bool(refused), "Plan", unsafe, plan_markdown(shown), most)


def _findings(shown: ShownFindings, diff: Diff | None, all_room: int) -> _Section:
    new, mended = (diff.new, diff.mended) if diff else ((), ())
    since = ", ".join(f"{len(found)} {word}" for found, word in ((new, "new"), (mended, "mended")) if found)
    counts = (totals(shown.findings) or "nothing is wrong") + (f" ({since})" if since else "")
    wrong = any(one.is_error for one in shown.findings)
    whole, most = ("\n".join([f"### Findings: {counts}", *table(shown, room, new)]) for room in (all_room, _PART))
    ignored = f", {len(shown.ignored)} ignored" if shown.ignored else ""
    return _Section(wrong, "Findings", counts + ignored, whole, most)


def _suite(shown: ShownSuite, all_room: int) -> _Section:
    failed = [one for one in shown.suite.ran if not one.result.passed]
    coverage = f"coverage {shown.suite.covered.percent:.0f} %"
    counts = f"{len(shown.suite.ran) - len(failed)} passed, {len(failed)} failed, {coverage}"
    whole, most = ("\n".join([f"### Tests: {counts}", *_failed(failed, room)]) for room in (all_room, _PART))
    return _Section(bool(failed), "Tests", counts, whole, most)


def _changes(name: str, kinds: Iterable[str], lines: list[str], all_room: int) -> _Section:
    counts = ", ".join(f"{number} {kind}" for kind, number in sorted(Counter(kinds).items()))
    shown, heading = [visible(one) for one in lines], f"### {name}: {counts}"
    whole, most = ("\n".join([heading, "", *fenced(shown, name.lower(), room)]) for room in (all_room, _PART // 2))
    return _Section(wrong=False, name=name, counts=counts, whole=whole, most=most)


def _failed(failed: list[Ran], room: int) -> Iterator[str]:
    rows = fitting([_row(one) for one in failed], room)
    if rows:
        yield from ("", "| test | where | what is wrong |", "|---|---|---|", *rows)
    if len(rows) < len(failed):
        yield from ("", f"and {len(failed) - len(rows)} more that failed, which edatool test prints")


def _row(one: Ran) -> str:
    where = code(f"{one.at.file}:{one.at.line}") if one.at else ""
    return f"| {plain(one.result.test.name)} | {where} | {'<br>'.join(map(plain, one.result.problems))} |"
