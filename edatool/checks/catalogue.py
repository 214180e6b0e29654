"""Every code of a finding, of all rooms. The file of its name in ``rules/`` explains it, and often finds it too."""

from collections.abc import Callable
from typing import Literal

from edatool.frozen import frozen


@frozen
class Rule:
    """A code, and a name that says what it is about."""

    code: str
    name: str

    @property
    def module(self) -> str:
        """The name of its file in ``rules/``."""
        return self.name.replace("-", "_")

    @property
    def severity(self) -> Literal["error", "warning"]:
        """Whether a spec with it may not be used; a spec or a profile may make errors of warnings."""
        return "error" if self.code.startswith("E") else "warning"

    @property
    def by_default(self) -> bool:
        """Whether it is asked where neither the spec nor a profile says so."""
        return self.name not in OPINIONS

    @property
    def of_a_spec(self) -> bool:
        """Whether it is found in what a spec says, so that the spec can say how much it counts."""
        return not self.code.startswith(_OF_OTHERS)


_OF_OTHERS = ("W40", "W42", "E60", "E80")
"""What begins the codes of import, export, the settings file, and of tests and changes."""
OPINIONS = frozenset(
    (
        "unmerged-policy",
        "overridden-setting",
        "queue-without-limit",
        "queue-without-dead-letters",
        "exchange-without-alternate",
        "order-against-priorities",
        "unportable-pattern",
        "unnamed-draft",
        "closed-model",
        "undocumented-event",
        "undocumented-field",
        "schema-without-example",
        "unused-schema",
        "event-without-producer",
        "queue-without-owner",
    )
)
"""The names of rules that are right for some teams only: off unless the spec asks for them, or the profile strict."""

CATALOGUE = tuple(
    Rule(code, name)
    for code, name in (
        ("E001", "unreadable-file"),
        ("E002", "broken-yaml"),
        ("E003", "key-twice"),
        ("E004", "yaml-tag"),
        ("E005", "too-large"),
        ("E006", "unset-variable"),
        ("E007", "second-document"),
        ("E008", "key-not-text"),
        ("E009", "no-json-number"),
        ("E010", "refused-include"),
        ("E101", "unknown-key"),
        ("E102", "missing-key"),
        ("E103", "wrong-value"),
        ("E104", "broken-template"),
        ("E105", "declared-twice"),
        ("W106", "octal-number"),
        ("E201", "undeclared-event-exchange"),
        ("E202", "undeclared-alternate"),
        ("E203", "undeclared-dead-letter"),
        ("E204", "undeclared-in-binding"),
        ("E205", "undeclared-filter"),
        ("E206", "undeclared-in-test"),
        ("E207", "misspelt-exchange-type"),
        ("E208", "exchange-without-type"),
        ("W209", "unseen-character"),
        ("E211", "reserved-name"),
        ("E212", "long-name"),
        ("E213", "colliding-retry-queue"),
        ("E214", "line-break-in-name"),
        ("W215", "tied-policies"),
        ("W216", "shadowed-policy"),
        ("W217", "shadowed-argument"),
        ("W218", "unmerged-policy"),
        ("W219", "overridden-setting"),
        ("E220", "refused-value"),
        ("E221", "argument-of-other-type"),
        ("E222", "argument-said-twice"),
        ("W223", "unknown-argument"),
        ("E224", "temporary-quorum-queue"),
        ("E225", "refused-dead-lettering"),
        ("E226", "argument-in-policy"),
        ("W226", "transient-queue"),
        ("E227", "refused-by-version"),
        ("W227", "unknown-setting"),
        ("E228", "delayed-without-type"),
        ("W228", "refused-by-newest"),
        ("W229", "ignored-by-version"),
        ("E231", "events-without-keys"),
        ("W232", "wide-event-binding"),
        ("E233", "mistaken-headers"),
        ("E234", "bad-weight"),
        ("E235", "binding-without-key"),
        ("W236", "duplicate-binding"),
        ("W237", "ignored-header"),
        ("E241", "unguaranteed-key-field"),
        ("W242", "unchecked-key"),
        ("E243", "unfit-header-field"),
        ("E244", "wildcard-in-event-key"),
        ("E245", "event-to-internal-exchange"),
        ("W246", "long-key"),
        ("E251", "undeclared-in-trigger"),
        ("E252", "colliding-trigger"),
        ("E253", "malformed-action"),
        ("W254", "stream-without-retention"),
        ("W255", "expires-before-messages"),
        ("W256", "queue-without-limit"),
        ("W257", "queue-without-dead-letters"),
        ("W258", "exchange-without-alternate"),
        ("W259", "order-against-priorities"),
        ("W261", "lost-event"),
        ("W262", "unreachable-queue"),
        ("W263", "unmatched-binding"),
        ("W264", "shadowed-binding"),
        ("W265", "retry-without-dead-letters"),
        ("W266", "lost-guarantee"),
        ("W271", "lost-dead-letter"),
        ("W272", "dead-letter-circle"),
        ("W273", "dead-end-alternate"),
        ("W274", "endless-retry"),
        ("W275", "unbounded-redelivery"),
        ("E281", "written-password"),
        ("W282", "unjudged-pattern"),
        ("W283", "unknown-tag"),
        ("W284", "user-without-permissions"),
        ("W285", "setting-for-no-operator"),
        ("W286", "unused-upstream"),
        ("E288", "refused-pattern"),
        ("W289", "written-secret"),
        ("W290", "unused-filter"),
        ("E291", "malformed-filter"),
        ("W291", "optional-field-in-filter"),
        ("W292", "never-matching-filter"),
        ("W293", "needless-filter"),
        ("W294", "unknown-field-in-filter"),
        ("W295", "unknown-value-in-filter"),
        ("W296", "contained-filter"),
        ("E297", "filter-behind-chance"),
        ("E298", "twice-by-filter"),
        ("E299", "name-made-for-filters"),
        ("E301", "unreadable-schema"),
        ("E302", "schema-not-json"),
        ("E303", "invalid-schema"),
        ("E304", "schema-outside"),
        ("E305", "reference-to-nowhere"),
        ("E306", "unknown-draft"),
        ("E307", "broken-example"),
        ("E308", "unpublished-payload"),
        ("W310", "no-room-for-lock"),
        ("E311", "routing-header"),
        ("E312", "long-property"),
        ("W321", "unknown-format"),
        ("W322", "unportable-pattern"),
        ("W323", "slow-pattern"),
        ("W324", "inexact-number"),
        ("W325", "unnamed-draft"),
        ("W326", "closed-model"),
        ("W327", "undocumented-event"),
        ("W328", "undocumented-field"),
        ("W329", "schema-without-example"),
        ("W330", "unused-schema"),
        ("W401", "left-out-of-import"),
        ("W402", "imported-as-it-is"),
        ("W403", "not-taken-over"),
        ("W404", "variable-to-set"),
        ("W405", "twice-in-definitions"),
        ("W406", "ignored-in-definitions"),
        ("W421", "not-in-export"),
        ("W422", "secret-to-make"),
        ("W431", "needs-plugin"),
        ("W432", "setting-without-effect"),
        ("E501", "undeclared-in-consumer"),
        ("E502", "consumer-of-stream"),
        ("E503", "prefetch-below-concurrency"),
        ("W504", "queue-read-twice"),
        ("W505", "order-not-kept"),
        ("W506", "consumer-without-dead-letters"),
        ("W507", "short-retention"),
        ("W508", "short-consumer-timeout"),
        ("E511", "undeclared-in-source"),
        ("E512", "malformed-source"),
        ("E513", "sources-on-one-path"),
        ("W514", "source-without-event"),
        ("W515", "mapping-against-contract"),
        ("E521", "undeclared-in-producer"),
        ("E531", "undeclared-in-delivery"),
        ("E532", "malformed-delivery"),
        ("E533", "refused-wsdl"),
        ("W534", "call-against-wsdl"),
        ("W535", "event-against-receiver"),
        ("W536", "unknown-field-in-delivery"),
        ("E541", "undeclared-in-soap"),
        ("E542", "malformed-soap"),
        ("E543", "event-without-xsd"),
        ("W551", "unmeasured-alert"),
        ("W552", "unreachable-alert"),
        ("E601", "unreadable-settings"),
        ("E602", "password-in-settings"),
        ("W701", "unknown-rule"),
        ("W702", "error-turned-down"),
        ("W703", "ignored-without-reason"),
        ("W704", "nothing-to-ignore"),
        ("W711", "event-without-producer"),
        ("W712", "queue-without-owner"),
        ("W713", "unconventional-name"),
        ("E801", "failed-test"),
        ("E802", "refused-change"),
    )
)

_RULES = {word: rule for rule in CATALOGUE for word in (rule.code, rule.name)}
_CODES = {rule.module: rule.code for rule in CATALOGUE}


def rule_named(word: str) -> Rule | None:
    """Return the rule of a code or a name, whatever the case of its letters."""
    return _RULES.get(word.upper()) or _RULES.get(word.lower())


def code_of(find: Callable[..., object]) -> str:
    """Return the code of what a file of ``rules/`` finds."""
    return _CODES[find.__module__.rpartition(".")[2]]
