"""How much findings count: as the spec says of their rules, else as the profile does, else as the catalogue does."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from edatool.checks.catalogue import CATALOGUE, Rule, rule_named
from edatool.checks.findings.profiles import PROFILES, USUAL, Profile
from edatool.findings import Finding
from edatool.spec.checking import Severity, SpecChecks


def severities(said: SpecChecks, profile: str | None) -> Mapping[str, Severity]:
    """Return what the findings of each code count as; the profile is that of the spec where none is named."""
    named = profile or said.profile
    asked = PROFILES[named] if named else USUAL
    own = {rule.code: severity for word, severity in said.severity.items() if (rule := rule_named(word))}
    return {rule.code: _severity(rule, own, asked) for rule in CATALOGUE}


def _severity(rule: Rule, own: Mapping[str, Severity], profile: Profile) -> Severity:
    if rule.severity == "error":
        return "error"
    usual: Severity = "error" if profile.raises else "warning"
    return own.get(rule.code) or (usual if rule.by_default or rule.name in profile.asks else "off")


def counted(findings: Iterable[Finding], severity: Mapping[str, Severity]) -> list[Finding]:
    """Return findings with the severity of their codes, without those that are off."""
    shown = (one for one in findings if severity[one.code] != "off")
    return [replace(one, raised=True) if _is_raised(one, severity) else one for one in shown]


def _is_raised(finding: Finding, severity: Mapping[str, Severity]) -> bool:
    return severity[finding.code] == "error" and not finding.prevents_use
