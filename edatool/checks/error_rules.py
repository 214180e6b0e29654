"""The rules that find errors, in the order in which they are asked."""

from collections.abc import Callable

from edatool.checks.accepted import Accepted
from edatool.checks.filtered import Filtered
from edatool.checks.found import Found
from edatool.checks.rules import (
    argument_in_policy,
    argument_of_other_type,
    argument_said_twice,
    bad_weight,
    binding_without_key,
    colliding_retry_queue,
    colliding_trigger,
    consumer_of_stream,
    delayed_without_type,
    event_to_internal_exchange,
    event_without_xsd,
    events_without_keys,
    exchange_without_type,
    filter_behind_chance,
    line_break_in_name,
    long_name,
    long_property,
    malformed_action,
    malformed_delivery,
    malformed_soap,
    malformed_source,
    misspelt_exchange_type,
    mistaken_headers,
    name_made_for_filters,
    prefetch_below_concurrency,
    refused_by_version,
    refused_dead_lettering,
    refused_pattern,
    refused_value,
    refused_wsdl,
    reserved_name,
    routing_header,
    sources_on_one_path,
    temporary_quorum_queue,
    twice_by_filter,
    undeclared_alternate,
    undeclared_dead_letter,
    undeclared_event_exchange,
    undeclared_filter,
    undeclared_in_binding,
    undeclared_in_consumer,
    undeclared_in_delivery,
    undeclared_in_producer,
    undeclared_in_soap,
    undeclared_in_source,
    undeclared_in_test,
    undeclared_in_trigger,
    unfit_header_field,
    unguaranteed_key_field,
    wildcard_in_event_key,
    written_password,
)
from edatool.checks.subject import Subject

WRITTEN: tuple[Callable[[Subject], Found], ...] = (
    undeclared_event_exchange.find,
    undeclared_alternate.find,
    undeclared_dead_letter.find,
    undeclared_in_binding.find,
    undeclared_filter.find,
    undeclared_in_test.find,
    undeclared_in_consumer.find,
    consumer_of_stream.find,
    prefetch_below_concurrency.find,
    undeclared_in_producer.find,
    undeclared_in_trigger.find,
    colliding_trigger.find,
    malformed_action.find,
    undeclared_in_source.find,
    malformed_source.find,
    sources_on_one_path.find,
    undeclared_in_delivery.find,
    malformed_delivery.find,
    undeclared_in_soap.find,
    malformed_soap.find,
    event_without_xsd.find,
    reserved_name.find,
    long_name.find,
    colliding_retry_queue.find,
    line_break_in_name.find,
    misspelt_exchange_type.find,
    exchange_without_type.find,
    delayed_without_type.find,
    argument_of_other_type.find,
    argument_said_twice.find,
    temporary_quorum_queue.find,
    refused_dead_lettering.find,
    refused_value.find,
    events_without_keys.find,
    mistaken_headers.find,
    bad_weight.find,
    binding_without_key.find,
    unguaranteed_key_field.find,
    unfit_header_field.find,
    wildcard_in_event_key.find,
    event_to_internal_exchange.find,
    routing_header.find,
    long_property.find,
    written_password.find,
    refused_pattern.find,
)
"""Those about what is written."""

OF_DELIVERIES: tuple[Callable[[Subject], Found], ...] = (refused_wsdl.find,)
"""Those about files that only deliveries read; programs that publish or consume need not have them."""

ACCEPTED: tuple[Callable[[Accepted], Found], ...] = (
    argument_in_policy.find,
    refused_by_version.find,
)
"""Those about what RabbitMQ refuses or ignores."""

FILTERED: tuple[Callable[[Filtered], Found], ...] = (
    filter_behind_chance.find,
    twice_by_filter.find,
    name_made_for_filters.find,
)
"""Those about filters and the contracts of what can come to them."""
