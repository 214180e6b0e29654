"""Values that RabbitMQ refuses in every version."""

from collections.abc import Iterator, Mapping

from edatool.checks.queues import place_of
from edatool.checks.subject import Findings, Subject
from edatool.routing.compile import queue_arguments
from edatool.spec.shape import Shape
from edatool.spec.text import Path
from edatool.spec.values import ARGUMENT_VALUES, EXCHANGE_VALUES, SETTING_VALUES, refusal

_Said = tuple[Mapping[str, Shape], str, object, Path]


def refused(subject: Subject) -> Findings:
    """E220: a value of an argument or of a policy's setting that RabbitMQ refuses, and the object with it."""
    for values, name, value, path in (*_arguments(subject), *_settings(subject)):
        message = refusal(values, name, value)
        if message:
            yield subject.finding("E220", message, *path)


def keys_of_dead_letters(subject: Subject) -> Findings:
    """E225: an argument with the key of dead letters that have no exchange; RabbitMQ refuses the queue."""
    for queue in subject.spec.queues.values():
        arguments = queue_arguments(queue)
        if "x-dead-letter-routing-key" in arguments and "x-dead-letter-exchange" not in arguments:
            message = "RabbitMQ refuses x-dead-letter-routing-key without x-dead-letter-exchange: write dead_letter"
            yield subject.about_key("E225", message, *place_of(queue, "x-dead-letter-routing-key"))


def _arguments(subject: Subject) -> Iterator[_Said]:
    for queue in subject.spec.queues.values():
        for name, value in queue_arguments(queue).items():
            yield ARGUMENT_VALUES, name, value, place_of(queue, name)
    for exchange in subject.spec.exchanges.values():
        for name, value in exchange.arguments.items():
            yield EXCHANGE_VALUES, name, value, ("exchanges", exchange.name, "arguments", name)


def _settings(subject: Subject) -> Iterator[_Said]:
    spec = subject.spec
    for section, policies in (("policies", spec.policies), ("operator_policies", spec.operator_policies)):
        for policy in policies.values():
            for name, value in policy.definition.items():
                yield SETTING_VALUES, name, value, (section, policy.name, "definition", name)
