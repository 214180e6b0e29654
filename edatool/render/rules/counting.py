"""How much what a rule finds counts, and how a team changes that."""

from edatool.checks.catalogue import Rule
from edatool.checks.findings.profiles import profiles_that_ask

_OF_CHECKS = "W70"
"""What begins the codes of what is wrong with a comment that ignores something, which no comment ignores."""


def counting(rule: Rule) -> str:
    """Return sentences that are text as well as Markdown."""
    if not rule.of_a_spec:
        return "An error." if rule.severity == "error" else "A warning."
    if rule.severity == "error":
        return "An error: a spec with it cannot be acted on, and it cannot be ignored." + _profiles(rule)
    if rule.code.startswith(_OF_CHECKS):
        return f"A warning. `checks: {{severity: {{{rule.name}: off}}}}` turns it off."
    way_out = f"`# edatool: ignore[{rule.code}] because REASON` ignores it at one place"
    if rule.by_default:
        return f"A warning.{_profiles(rule)} {way_out}, `checks: {{severity: {{{rule.name}: off}}}}` everywhere."
    return f"Off by default.{_profiles(rule)} `checks: {{severity: {{{rule.name}: warning}}}}` does, too; {way_out}."


def _profiles(rule: Rule) -> str:
    names = profiles_that_ask(rule)
    return f" `--profile {names[0]}` asks for it." if names else ""
