"""What the management API tells of the objects of a vhost: their shapes, and what is made of them."""

from types import NoneType

from edatool.broker.http.answers import ANYTHING, TABLE
from edatool.frozen import frozen

EXCHANGE = {
    "name": str,
    "type": str,
    "durable": bool,
    "auto_delete": ANYTHING,  # what RabbitMQ before 4.3 keeps where definitions leave it out or write null
    "internal?": ANYTHING,
    "arguments": TABLE,
}
QUEUE = {
    "name": str,
    "type?": str,
    "durable": bool,
    "auto_delete": bool,
    "exclusive?": bool,
    "arguments": TABLE,
}
BINDING = {
    "source": str,
    "destination": str,
    "destination_type": str,
    "routing_key": (str, NoneType),
    "arguments": TABLE,
}
POLICY = {"name": str, "pattern": str, "apply-to": str, "priority": (int, float), "definition": TABLE}
COUNTS = {
    "name": str,
    "messages?": int,
    "messages_ready?": int,
    "messages_unacknowledged?": int,
    "node?": str,
    "arguments?": TABLE,
}
OVERVIEW = {
    "rabbitmq_version?": str,
    "management_version?": str,
    "cluster_name?": str,
    "exchange_types?": [{"name": str}],
}


@frozen
class Overview:
    """What a broker says of itself; ``cluster`` is the name that AMQP tells too. None is for what it does not say."""

    version: str
    cluster: str | None
    exchange_types: frozenset[str] | None


@frozen
class Counted:
    """What the statistics say of a queue: its messages, the unacknowledged ones, and their bytes; None is not yet."""

    messages: int | None
    unacknowledged: int | None
    bytes: int | None = None
