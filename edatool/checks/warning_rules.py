"""The rules that find warnings, in the order in which they are asked."""

from collections.abc import Callable

from edatool.checks.accepted import Accepted
from edatool.checks.filtered import Filtered
from edatool.checks.found import Found
from edatool.checks.routed import Routed
from edatool.checks.rules import (
    consumer_without_dead_letters,
    contained_filter,
    dead_end_alternate,
    dead_letter_circle,
    duplicate_binding,
    endless_retry,
    error_turned_down,
    event_without_producer,
    ignored_by_version,
    lost_dead_letter,
    lost_event,
    needless_filter,
    needs_plugin,
    never_matching_filter,
    no_room_for_lock,
    order_not_kept,
    queue_read_twice,
    queue_without_owner,
    refused_by_newest,
    setting_for_no_operator,
    setting_without_effect,
    shadowed_binding,
    short_retention,
    transient_queue,
    unbounded_redelivery,
    unchecked_key,
    unconventional_name,
    unjudged_pattern,
    unknown_argument,
    unknown_field_in_filter,
    unknown_rule,
    unknown_setting,
    unknown_tag,
    unknown_value_in_filter,
    unmatched_binding,
    unreachable_queue,
    unseen_character,
    unused_upstream,
    user_without_permissions,
    wide_event_binding,
)
from edatool.checks.subject import Subject

WRITTEN: tuple[Callable[[Subject], Found], ...] = (
    unseen_character.find,
    unknown_argument.find,
    transient_queue.find,
    wide_event_binding.find,
    duplicate_binding.find,
    unchecked_key.find,
    unjudged_pattern.find,
    unknown_tag.find,
    user_without_permissions.find,
    unused_upstream.find,
    no_room_for_lock.find,
    queue_read_twice.find,
    order_not_kept.find,
    unknown_rule.find,
    error_turned_down.find,
    event_without_producer.find,
    queue_without_owner.find,
    unconventional_name.find,
)
"""Those about what is written."""

ACCEPTED: tuple[Callable[[Accepted], Found], ...] = (
    unknown_setting.find,
    setting_for_no_operator.find,
    setting_without_effect.find,
    refused_by_newest.find,
    ignored_by_version.find,
    needs_plugin.find,
)
"""Those about what RabbitMQ refuses or ignores."""

ROUTED: tuple[Callable[[Routed], Found], ...] = (
    lost_event.find,
    unreachable_queue.find,
    unmatched_binding.find,
    shadowed_binding.find,
    lost_dead_letter.find,
    dead_letter_circle.find,
    dead_end_alternate.find,
    endless_retry.find,
    unbounded_redelivery.find,
    consumer_without_dead_letters.find,
    short_retention.find,
)
"""Those about where messages go."""

FILTERED: tuple[Callable[[Filtered], Found], ...] = (
    never_matching_filter.find,
    needless_filter.find,
    unknown_field_in_filter.find,
    unknown_value_in_filter.find,
    contained_filter.find,
)
"""Those about filters and the contracts of what can come to them."""
