"""A spec fixed, in memory: every finding that has a fix, and those that only show once others are fixed."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from edatool.findings import Finding, Fix
from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.spec.text.edited import apart, edited
from edatool.spec.text.rewriting import Rewritten

_MAX_ROUNDS = 10
"""Fixes that touch each other, or of which one shows another, take a round each."""


@frozen
class Fixed:
    """What fixing a spec does: its files that get other texts, the findings that are gone by it, and those left."""

    files: tuple[Rewritten, ...]
    fixed: tuple[Finding, ...]
    left: tuple[Finding, ...]


def fixed(load: Callable[[Mapping[Path, str]], Routes]) -> Fixed:
    """Return what fixing a spec does; nothing is written.

    Args:
        load: reads and checks the spec, with texts instead of those that files have, by their resolved names.
    """
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    gone: list[Finding] = []
    routes = load({})
    for _ in range(_MAX_ROUNDS):
        document = routes.spec.document
        by_file = _by_file(routes.findings)
        made = {file: _made(document.texts[file], fixes) for file, fixes in by_file.items()}
        if not any(fixes for _, fixes in made.values()):
            break
        before = {**document.texts, **before}
        after |= {file: text for file, (text, fixes) in made.items() if fixes}
        gone += [one for one in routes.findings if one.fix and one.fix in made[_file(one.fix)][1]]
        routes = load({Path(file).resolve(): text for file, text in after.items()})
    rewritten = (Rewritten(file, before[file], text) for file, text in after.items())
    return Fixed(tuple(rewritten), tuple(gone), routes.findings)


def _file(fix: Fix) -> str:
    return fix.edits[0].start.file


def _by_file(findings: Sequence[Finding]) -> Mapping[str, list[Fix]]:
    fixes: dict[str, list[Fix]] = defaultdict(list)
    for one in findings:
        if one.fix:
            fixes[_file(one.fix)].append(one.fix)
    return fixes


def _made(text: str, fixes: Sequence[Fix]) -> tuple[str, frozenset[Fix]]:
    """Return a text with the fixes that can be made in it together, and which these are."""
    together = apart(fixes)
    after = edited(text, together)
    if after is None:
        together = apart(one for one in fixes if edited(text, [one]) is not None)
        after = edited(text, together)
    return (text, frozenset()) if after is None else (after, frozenset(together))
