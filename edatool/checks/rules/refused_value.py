"""A value of an argument, or of a policy's setting, is one that RabbitMQ refuses.

It would refuse the queue, exchange or policy with it. Write a value of the kind that the message names.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {arguments: {x-max-length: -1}}

    $ edatool validate
    routes.yaml:4:38: E220 RabbitMQ refuses -1 as x-max-length: a whole number of at least 0 is needed

Good:

    edatool: 1
    name: shop
    queues:
      orders: {max_length: 100000}
"""

from collections.abc import Iterator, Mapping

from edatool.checks.found import Found, at
from edatool.checks.queue_places import place_of
from edatool.checks.subject import Subject
from edatool.routing.compile import queue_arguments
from edatool.spec.rabbitmq.values import ARGUMENT_VALUES, EXCHANGE_VALUES, SETTING_VALUES, refusal
from edatool.spec.shape import Shape
from edatool.spec.yaml_document import Path

_Said = tuple[Mapping[str, Shape], str, object, Path]


def find(subject: Subject) -> Found:
    for values, name, value, path in (*_arguments(subject), *_settings(subject)):
        message = refusal(values, name, value)
        if message:
            yield at(*path), message


def _arguments(subject: Subject) -> Iterator[_Said]:
    for queue in subject.spec.queues.values():
        for name, value in queue_arguments(queue).items():
            yield ARGUMENT_VALUES, name, value, place_of(subject.spec, queue, name)
        for index, wait in enumerate(queue.retry):
            yield ARGUMENT_VALUES, "x-message-ttl", wait, ("queues", queue.name, "retry", index)
    for exchange in subject.spec.exchanges.values():
        for name, value in exchange.arguments.items():
            yield EXCHANGE_VALUES, name, value, ("exchanges", exchange.name, "arguments", name)


def _settings(subject: Subject) -> Iterator[_Said]:
    spec = subject.spec
    for section, policies in (("policies", spec.policies), ("operator_policies", spec.operator_policies)):
        for policy in policies.values():
            for name, value in policy.definition.items():
                yield SETTING_VALUES, name, value, (section, policy.name, "definition", name)
