"""Findings without those that a spec says are to be ignored, and what is wrong with how it says so."""

from collections.abc import Iterator, Mapping, Set

from edatool.checks.catalogue import rule_named
from edatool.checks.findings.counting import counted
from edatool.checks.findings.suppressions import Suppressed, Suppression, suppressions
from edatool.checks.rules import error_turned_down, unknown_rule
from edatool.findings import Finding, Ignored, in_order
from edatool.routes import Routes
from edatool.spec.checking import Severity
from edatool.spec.nearest import Nearest

_OF_A_VERSION = frozenset(("W226", "W228", "W229", "W431"))
"""What may be found for another version of RabbitMQ than the one that is asked about."""
_FORM = "this ignores nothing: say which rules, and why, as in # edatool: ignore[W262] because REASON"


def without_ignored(routes: Routes, severity: Mapping[str, Severity]) -> Routes:
    """Return routes in which findings that are to be ignored do not count; ``severity`` is that of each code."""
    said = list(suppressions(routes.spec))
    if not said:
        return routes
    suppressed = Suppressed(said, routes.spec.root)
    kept: list[Finding] = []
    ignored: list[Ignored] = []
    used: list[set[str]] = [set() for _ in said]
    for finding in routes.findings:
        by = suppressed.by(finding)
        for number in by:
            used[number].add(finding.code)
        if by:
            ignored.append(Ignored(finding, said[by[0]].reason))
        else:
            kept.append(finding)
    asked = _asked(routes, severity)
    wrong = [flaw for one, codes in zip(said, used, strict=True) for flaw in _flaws(one, asked - codes)]
    return routes.with_findings(in_order([*kept, *counted(wrong, severity)]), ignored)


def _asked(routes: Routes, severity: Mapping[str, Severity]) -> Set[str]:
    """Return the codes of which it is certain that nothing is to be found where nothing was found."""
    if not routes.ok or routes.router.doubts:
        return frozenset()
    return {code for code, one in severity.items() if one != "off"} - _OF_A_VERSION


def _flaws(one: Suppression, unused: Set[str]) -> Iterator[Finding]:
    if not one.rules:
        yield Finding("W703", _FORM, one.at)
    for word in one.rules:
        rule = rule_named(word)
        if rule is None:
            yield Finding("W701", unknown_rule.sentence(word, Nearest()), one.at)
        elif rule.severity == "error":
            yield Finding("W702", error_turned_down.sentence(word), one.at)
        elif rule.code in unused:
            yield Finding("W704", f"nothing is found here that {word} could be ignored for: remove it", one.at)
