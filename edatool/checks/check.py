"""All rules, in one list."""

from collections.abc import Callable

from edatool.checks import (
    administration,
    bindings,
    events,
    exactness,
    exchanges,
    filters,
    losses,
    names,
    queues,
    reachability,
    references,
    spelling,
    values,
    versions,
)
from edatool.checks.accepted import Accepted, accepted
from edatool.checks.filtered import Filtered, filtered
from edatool.checks.routed import Routed, routed
from edatool.checks.subject import Findings, Subject
from edatool.findings import Finding

RULES: tuple[Callable[[Subject], Findings], ...] = (
    references.event_exchanges,
    references.alternates,
    references.dead_letters,
    references.bindings,
    references.filters,
    filters.malformed,
    references.tests,
    names.reserved,
    names.lengths,
    names.retry_queues,
    names.characters,
    exchanges.mistyped,
    exchanges.untyped,
    exchanges.delayed,
    spelling.blanks,
    queues.arguments_of_type,
    queues.written_twice,
    queues.unknown_arguments,
    queues.properties,
    queues.dead_letter_settings,
    queues.transient,
    values.refused,
    values.keys_of_dead_letters,
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
    events.routing_headers,
    events.long_properties,
    administration.written_passwords,
    administration.patterns,
    administration.tags,
    administration.without_permissions,
    administration.unused_upstreams,
    administration.room_for_the_lock,
)
"""Every rule that looks at what is written; the first word of its docstring is its code."""

ACCEPTANCE_RULES: tuple[Callable[[Accepted], Findings], ...] = (
    versions.arguments_in_policies,
    versions.unknown_settings,
    versions.operator_settings,
    versions.settings_without_effect,
    versions.refused_by_version,
    versions.refused_by_newest,
    versions.ignored_by_version,
    versions.needs_plugin,
)
"""Every rule that looks at what RabbitMQ refuses or ignores, in the same way."""

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

FILTER_RULES: tuple[Callable[[Filtered], Findings], ...] = (
    filters.unmatched,
    filters.needless,
    filters.unknown_fields,
    filters.unknown_values,
    filters.contained_filters,
    exactness.by_chance,
    exactness.twice,
    exactness.generated_names,
)
"""Every rule that compares filters with the contracts of what they can get, in the same way."""


def check(subject: Subject) -> list[Finding]:
    """Return what the rules about what is written find."""
    found = accepted(subject)
    by_version = [finding for rule in ACCEPTANCE_RULES for finding in rule(found)]
    return [*(finding for rule in RULES for finding in rule(subject)), *by_version]


def check_routing(subject: Subject) -> list[Finding]:
    """Return what the rules about where messages go find, in a spec without errors.

    Nothing is said where not all of the topology can be simulated.
    """
    whole = routed(subject)
    if whole.router.doubts:
        return []
    conditions = filtered(whole)
    by_routes = [finding for rule in ROUTING_RULES for finding in rule(whole)]
    return by_routes + [finding for rule in FILTER_RULES for finding in rule(conditions)]
