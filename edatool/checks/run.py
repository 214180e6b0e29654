"""All rules, in the order in which they are asked."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from edatool.checks.accepted import Accepted, accepted
from edatool.checks.catalogue import code_of
from edatool.checks.filtered import Filtered
from edatool.checks.found import Found, finding
from edatool.checks.routed import Routed, routed
from edatool.checks.rules import (
    argument_in_policy,
    argument_of_other_type,
    argument_said_twice,
    bad_weight,
    binding_without_key,
    colliding_retry_queue,
    contained_filter,
    dead_end_alternate,
    dead_letter_circle,
    delayed_without_type,
    duplicate_binding,
    event_to_internal_exchange,
    events_without_keys,
    exchange_without_type,
    filter_behind_chance,
    ignored_by_version,
    line_break_in_name,
    long_name,
    long_property,
    lost_dead_letter,
    lost_event,
    misspelt_exchange_type,
    mistaken_headers,
    name_made_for_filters,
    needless_filter,
    needs_plugin,
    never_matching_filter,
    no_room_for_lock,
    refused_by_newest,
    refused_by_version,
    refused_dead_lettering,
    refused_pattern,
    refused_value,
    reserved_name,
    routing_header,
    setting_for_no_operator,
    setting_without_effect,
    shadowed_binding,
    temporary_quorum_queue,
    transient_queue,
    twice_by_filter,
    unchecked_key,
    undeclared_alternate,
    undeclared_dead_letter,
    undeclared_event_exchange,
    undeclared_filter,
    undeclared_in_binding,
    undeclared_in_test,
    unfit_header_field,
    unguaranteed_key_field,
    unjudged_pattern,
    unknown_argument,
    unknown_field_in_filter,
    unknown_setting,
    unknown_tag,
    unknown_value_in_filter,
    unmatched_binding,
    unreachable_queue,
    unseen_character,
    unused_upstream,
    user_without_permissions,
    wide_event_binding,
    wildcard_in_event_key,
    written_password,
)
from edatool.checks.subject import Subject
from edatool.findings import Finding
from edatool.spec.spec import Spec

WRITTEN: tuple[Callable[[Subject], Found], ...] = (
    undeclared_event_exchange.find,
    undeclared_alternate.find,
    undeclared_dead_letter.find,
    undeclared_in_binding.find,
    undeclared_filter.find,
    undeclared_in_test.find,
    reserved_name.find,
    long_name.find,
    colliding_retry_queue.find,
    line_break_in_name.find,
    misspelt_exchange_type.find,
    exchange_without_type.find,
    delayed_without_type.find,
    unseen_character.find,
    argument_of_other_type.find,
    argument_said_twice.find,
    unknown_argument.find,
    temporary_quorum_queue.find,
    refused_dead_lettering.find,
    transient_queue.find,
    refused_value.find,
    events_without_keys.find,
    wide_event_binding.find,
    mistaken_headers.find,
    bad_weight.find,
    binding_without_key.find,
    duplicate_binding.find,
    unguaranteed_key_field.find,
    unchecked_key.find,
    unfit_header_field.find,
    wildcard_in_event_key.find,
    event_to_internal_exchange.find,
    routing_header.find,
    long_property.find,
    written_password.find,
    unjudged_pattern.find,
    refused_pattern.find,
    unknown_tag.find,
    user_without_permissions.find,
    unused_upstream.find,
    no_room_for_lock.find,
)
"""Every rule about what is written."""

ACCEPTED: tuple[Callable[[Accepted], Found], ...] = (
    argument_in_policy.find,
    unknown_setting.find,
    setting_for_no_operator.find,
    setting_without_effect.find,
    refused_by_version.find,
    refused_by_newest.find,
    ignored_by_version.find,
    needs_plugin.find,
)
"""Every rule about what RabbitMQ refuses or ignores."""

ROUTED: tuple[Callable[[Routed], Found], ...] = (
    lost_event.find,
    unreachable_queue.find,
    unmatched_binding.find,
    shadowed_binding.find,
    lost_dead_letter.find,
    dead_letter_circle.find,
    dead_end_alternate.find,
)
"""Every rule about where messages go."""

FILTERED: tuple[Callable[[Filtered], Found], ...] = (
    never_matching_filter.find,
    needless_filter.find,
    unknown_field_in_filter.find,
    unknown_value_in_filter.find,
    contained_filter.find,
    filter_behind_chance.find,
    twice_by_filter.find,
    name_made_for_filters.find,
)
"""Every rule that compares filters with the contracts of what can come to them."""

Given = TypeVar("Given")


def check(subject: Subject, *, errors_only: bool = False) -> list[Finding]:
    """Return what the rules about what is written find."""
    spec = subject.spec
    written, taken = _chosen(WRITTEN, errors_only), _chosen(ACCEPTED, errors_only)
    return [
        *_found(written, subject, spec),
        *subject.routes.filters.findings,
        *_found(taken, accepted(subject), spec),
    ]


def check_routing(subject: Subject, *, errors_only: bool = False) -> list[Finding]:
    """Return what the rules about where messages go find, in a spec without errors.

    Nothing is said where not all of the topology can be simulated.
    """
    sent, matched = _chosen(ROUTED, errors_only), _chosen(FILTERED, errors_only)
    whole = routed(subject)
    if whole.router.doubts:
        return []
    return [*_found(sent, whole, subject.spec), *_found(matched, Filtered(whole), subject.spec)]


def _chosen(rules: Iterable[Callable[[Given], Found]], errors_only: bool) -> Iterable[Callable[[Given], Found]]:
    return (one for one in rules if not errors_only or code_of(one).startswith("E"))


def _found(rules: Iterable[Callable[[Given], Found]], given: Given, spec: Spec) -> Iterator[Finding]:
    for rule in rules:
        code = code_of(rule)
        yield from (finding(code, spec, *one) for one in rule(given))
