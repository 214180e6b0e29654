"""Writes a message into the tables of an outbox, in a transaction that somebody else has begun and will end."""

from edatool.broker.message import AmqpMessage
from edatool.broker.publish import frames
from edatool.runtime.database.transaction import execute
from edatool.runtime.outbox.schema import INSERT, OUTBOX, row


def keep(transaction: object, message: AmqpMessage, vhost: str) -> None:
    """Write a message; ``transaction`` is what ``Publisher.publish_within`` says.

    Raises:
        WrongUsage: it is nothing of the kind, or no transaction was begun; or AMQP cannot carry the message.
        OutboxError: the database has no tables of an outbox.
    """
    frames.head(message)
    execute(transaction, OUTBOX, INSERT, row(message, vhost))
