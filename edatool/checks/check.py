"""All rules, in one list."""

from collections.abc import Callable

from edatool.checks import bindings, events, names, queues, references
from edatool.checks.subject import Findings, Subject
from edatool.findings import Finding

RULES: tuple[Callable[[Subject], Findings], ...] = (
    references.event_exchanges,
    references.alternates,
    references.dead_letters,
    references.bindings,
    references.filters,
    references.tests,
    names.reserved,
    names.lengths,
    names.retry_queues,
    names.characters,
    queues.arguments_of_type,
    queues.written_twice,
    queues.unknown_arguments,
    queues.properties,
    queues.dead_letter_settings,
    queues.transient,
    bindings.event_bindings,
    bindings.wide_event_bindings,
    bindings.header_matches,
    bindings.weights,
    bindings.without_key,
    bindings.duplicates,
    events.key_fields,
    events.unchecked_keys,
    events.promoted_fields,
    events.wildcards,
    events.internal_exchanges,
)
"""Every rule; the first word of its docstring is its code."""


def check(subject: Subject) -> list[Finding]:
    """Return what all rules find."""
    return [finding for rule in RULES for finding in rule(subject)]
