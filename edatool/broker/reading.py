"""What is in queues, read without taking it out."""

from collections.abc import Iterable

import pika

from edatool.broker.address import Address
from edatool.broker.amqp import parameters, translated
from edatool.broker.operations import Operation, run
from edatool.routing.topology import Queue

SECONDS = 5.0
"""How long to wait for a queue to deliver the next of the messages that it says it holds."""


def count(address: Address, vhost: str, queues: Iterable[Queue]) -> dict[str, int]:
    """Return how many messages each queue holds, by its name; queues that are not there are left out.

    Raises:
        BrokerUnreachable, BrokerRefused: there is no connection.
    """
    outcomes = run(address, vhost, [Operation("inspect", queue) for queue in queues])
    found = {}
    for outcome in outcomes:
        if outcome.done and isinstance(outcome.operation.object, Queue):
            found[outcome.operation.object.name] = outcome.messages
    return found


def types(address: Address, vhost: str, queue: Queue, messages: int) -> list[str]:
    """Return the types of the first messages of a queue, at most ``messages``; they stay in the queue.

    They are delivered and given back, so that a quorum queue counts a delivery: for private brokers.

    Raises:
        BrokerUnreachable, BrokerRefused: there is no connection.
    """
    if not messages:
        return []
    stream = queue.type == "stream"
    found: list[str] = []
    with translated(address, vhost):
        connection = pika.BlockingConnection(parameters(address, vhost))
        channel = connection.channel()
        channel.basic_qos(prefetch_count=messages)
        arguments = {"x-stream-offset": "first"} if stream else {}
        for method, properties, _ in channel.consume(
            queue.name, arguments=arguments, inactivity_timeout=SECONDS
        ):
            if method is None:
                break
            found.append(properties.type or "")
            if len(found) == messages:
                break
        connection.close()
    return found
