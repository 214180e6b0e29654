"""All rules, in one list."""

from collections.abc import Callable

from edatool.checks import bindings, events, losses, names, queues, reachability, references
from edatool.checks.routed import Routed, routed
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
"""Every rule that looks at what is written; the first word of its docstring is its code."""

ROUTING_RULES: tuple[Callable[[Routed], Findings], ...] = (
    reachability.lost_events,
    reachability.unreached_queues,
    reachability.unmatched_bindings,
    reachability.shadowed_bindings,
    losses.dead_letters,
    losses.loops,
    losses.alternates,
)
"""Every rule that looks at where messages go, in the same way."""


def check(subject: Subject) -> list[Finding]:
    """Return what all rules find; only what has no errors can be routed, and be found lost."""
    written = [finding for rule in RULES for finding in rule(subject)]
    if any(finding.is_error for finding in written):
        return written
    whole = routed(subject)
    if whole.router.doubts:
        return written
    return [*written, *(finding for rule in ROUTING_RULES for finding in rule(whole))]
