"""Queues whose messages are looked at: what kind they are, and how often that may be done."""

from collections.abc import Mapping
from urllib.parse import quote

from edatool.broker.http.answers import TABLE
from edatool.broker.session import Session
from edatool.errors import BrokerError
from edatool.frozen import frozen
from edatool.routing.topology import Queue
from edatool.routing.version import Version, numbers

NACKS_DO_NOT_COUNT: Version = (4, 3, 0)
"""From here on a quorum queue does not count what is given back with ``basic.nack`` (measured on 4.0.5 and 4.3.6)."""
_NACKS_IN_ORDER: Version = (4, 0, 0)
"""From here on a quorum queue sorts what is given back with one ``basic.nack``, and not only what a closed channel
leaves (measured on 3.10.8 and 4.0.5)."""
_LIMITED: Version = (4, 0, 0)
_BY_DEFAULT = 20
"""The delivery limit of quorum queues from 4.0 on (RabbitMQ, «Quorum Queues», poison messages)."""


@frozen
class LookedAt:
    """A queue, and the delivery limit that counts what is given back; None where nothing does.

    ``left_to_close`` says whether it keeps the order only of what a closing channel gives back.
    """

    queue: Queue
    limit: int | None
    left_to_close: bool


def read_looked_at(session: Session, name: str, declared: Mapping[str, Queue]) -> LookedAt:
    """Read what a queue is; without the management API, what is ``declared`` counts.

    Raises:
        BrokerRefused: there is no such queue.
        BrokerError: the management API does not answer, and the queue is not declared.
    """
    try:
        http = session.http
        found = http.get(f"queues/{http.vhost}/{quote(name, safe='')}", TABLE)
        version, settings = numbers(http.read_version()), found.get("effective_policy_definition")
    except BrokerError:
        if name not in declared or session.greet():
            raise
        queue, settings, version = declared[name], None, numbers(str(session.server.get("version")))
    else:
        arguments = {**(found.get("arguments") or {}), "x-queue-type": found.get("type", "classic")}
        queue = Queue(name, arguments=arguments)
    limit = _limit(queue, settings if isinstance(settings, dict) else {}, version)
    return LookedAt(queue, limit, left_to_close=queue.type == "quorum" and version < _NACKS_IN_ORDER)


def _limit(queue: Queue, settings: Mapping[str, object], version: Version) -> int | None:
    if queue.type != "quorum" or version >= NACKS_DO_NOT_COUNT:
        return None
    given = [
        one for one in (queue.arguments.get("x-delivery-limit"), settings.get("delivery-limit")) if one is not None
    ]
    limits = [one for one in given if isinstance(one, int) and one >= 0]
    return min(limits) if limits else _BY_DEFAULT if version >= _LIMITED and not given else None
