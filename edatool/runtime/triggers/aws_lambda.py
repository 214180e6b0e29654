"""A consumer as a function for AWS Lambda, which takes the messages from the broker and hands them over."""

import time
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from edatool.broker.consume.delivery import Delivery, Onward
from edatool.broker.message import AmqpMessage
from edatool.broker.publish.publishing import Publishing
from edatool.errors import BrokerRefused, InboxError, WrongUsage
from edatool.runtime.consume.consumer import Consumer
from edatool.runtime.consume.later import Later
from edatool.runtime.consume.verdicts import once_more
from edatool.runtime.triggers.lambda_messages import deliveries


class LambdaHandler:
    """Handles what AWS Lambda hands over; ``lambda_handler`` makes it."""

    def __init__(self, consumer: Consumer) -> None:
        self._open = ExitStack()
        self._handlings = self._open.enter_context(consumer.handling())
        self._publishing = Publishing(consumer.address, consumer.vhost)

    def __call__(self, event: Mapping[str, Any], context: object = None) -> None:  # noqa: ARG002 - Lambda passes it
        """Handle an event of Lambda.

        Raises:
            WrongUsage: it is of anything else than RabbitMQ, or of a queue that the consumer does not read.
            InboxError: another consumer is handling one of the messages.
            BrokerError: a message that failed could not be sent on.
        """
        for delivery in deliveries(event):
            self._settle(delivery)

    def close(self) -> None:
        """End its connection, and close the inbox; Lambda ends them with the process."""
        self._publishing.close()
        self._open.close()

    def _settle(self, delivery: Delivery) -> None:
        if delivery.queue not in self._handlings:
            raise WrongUsage(f"the consumer does not read queue {delivery.queue!r}, of which Lambda has a message")
        verdict = self._handlings[delivery.queue].verdict(delivery)
        if isinstance(verdict, Later):
            raise InboxError(f"message {delivery.message_id} cannot be claimed now: Lambda hands it over again")
        if verdict in ("failed", "not processed"):
            verdict = once_more(delivery, time.time())
        if isinstance(verdict, Onward):
            _send(self._publishing, delivery, verdict)


def lambda_handler(consumer: Consumer) -> LambdaHandler:
    """Return a function for AWS Lambda that handles the events of Amazon MQ for RabbitMQ by a consumer's handlers.

    Lambda acknowledges a batch as a whole, so each message is settled by itself: one that fails is sent, confirmed, to
    the delay queue of its next try, or back to its queue, or to the dead letters. Only where the broker does not take
    that, or another consumer is handling the message, the function raises, and Lambda hands the whole batch over again.

    Raises:
        WrongUsage: as of ``Consumer.run``.
    """
    return LambdaHandler(consumer)


def _send(publishing: Publishing, delivery: Delivery, onward: Onward) -> None:
    kept = {name: value for name, value in delivery.headers.items() if name not in onward.without}
    message = AmqpMessage(
        onward.exchange,
        onward.key,
        {**kept, **onward.headers},
        delivery.body,
        delivery.type or "",
        delivery.message_id or "",
        "",
        delivery.timestamp or int(time.time()),
        delivery.content_type or "",
    )
    outcome, reason = publishing.send(message)
    if outcome != "confirmed":
        where = f"{onward.exchange or 'queue'} {onward.key}"
        raise BrokerRefused(f"a message that failed could not be sent to {where}: it is {outcome} {reason}".rstrip())
