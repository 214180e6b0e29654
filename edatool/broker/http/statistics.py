"""What RabbitMQ counts: messages and consumers of queues, and messages that no queue was bound for."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from edatool.broker.http.answers import ANYTHING, TABLE
from edatool.broker.http.management import Management
from edatool.frozen import frozen

_IN = ("publish",)
_OUT = ("ack", "deliver_no_ack", "get_no_ack")
"""What says that a message left a queue: it was acknowledged, or handed over without."""
_NUMBER = (int, float)
_QUEUE: Mapping[str, Any] = {
    "name": str,
    "type?": str,
    "state?": str,
    "messages?": int,
    "messages_unacknowledged?": int,
    "consumers?": int,
    "head_message_timestamp?": ANYTHING,  # RabbitMQ writes "" for none in some versions
    "messages_details?": {"avg_rate?": _NUMBER},
    "message_stats?": {f"{one}_details?": {"avg_rate?": _NUMBER} for one in (*_IN, *_OUT)},
}
_COLUMNS = (
    *("name", "type", "state", "messages", "messages_unacknowledged", "consumers", "head_message_timestamp"),
    "messages_details.avg_rate",
    *(f"message_stats.{one}_details.avg_rate" for one in (*_IN, *_OUT)),
)
_LAST_MINUTE = "msg_rates_age=60&msg_rates_incr=5&lengths_age=60&lengths_incr=5"
"""What rates are averaged over: what RabbitMQ calls ``rate`` is that of a moment, often 0 where messages flow."""


@frozen
class QueueCounts:
    """What RabbitMQ says of a queue; None is for what it does not say, or not yet.

    Rates are per second, the average of the last 60 seconds; ``growth`` is that of the messages in it. ``head`` is the
    time in its first message, as seconds since 1970: that of a classic queue, whose publishers put a time into their
    messages.
    """

    name: str
    type: str
    state: str | None = None
    messages: int | None = None
    unacknowledged: int | None = None
    consumers: int | None = None
    head: int | None = None
    rate_in: float | None = None
    rate_out: float | None = None
    growth: float | None = None


@frozen
class Unroutable:
    """How many messages to a vhost no queue was bound for: dropped, and returned to who had asked for that."""

    dropped: int
    returned: int


@frozen
class Counting:
    """What a broker counts of queues beside the messages in them.

    ``statistics`` are how many consumers they have, and how old their first message is; ``rates``, how many messages
    come and go.
    """

    statistics: bool
    rates: bool


def read_counting(management: Management) -> Counting:
    """Return what the broker counts, which its configuration says: by default all."""
    shape = {"disable_stats?": bool, "rates_mode?": str}
    found = management.get("overview?columns=disable_stats,rates_mode", shape) or {}
    statistics = not found.get("disable_stats")
    return Counting(statistics, statistics and found.get("rates_mode") != "none")


def read_queue_counts(management: Management, counting: Counting) -> dict[str, QueueCounts]:
    """Return the counts of all queues of a vhost, by name; they lag by RabbitMQ's five seconds.

    It is one request for all of them, and one more where the broker has no statistics.
    """
    found = management.list_of("queues", _QUEUE, f"?columns={','.join(_COLUMNS)}&{_LAST_MINUTE}")
    totals = {} if counting.statistics else _read_totals(management)
    return {one["name"]: _counts({**one, **totals.get(one["name"], {})}, counting) for one in found}


def _read_totals(management: Management) -> dict[str, dict[str, Any]]:
    """Return how many messages are in each queue, but for quorum queues that have no leader just now."""
    query = "?enable_queue_totals=true&columns=name,messages,messages_unacknowledged"
    return {one["name"]: one for one in management.list_of("queues", _QUEUE, query)}


def read_minorities(management: Management) -> frozenset[str]:
    """Return the quorum queues of which half the members or more are down, by name: RabbitMQ serves them no more.

    Their state does not tell it: RabbitMQ 3.10 goes on saying ``running``, or nothing (measured).
    """
    shape = {"name": str, "type?": str, "members?": [str], "online?": [str]}
    found = management.list_of("queues", shape, "?columns=name,type,members,online")
    quorum = (one for one in found if one.get("type") == "quorum")
    return frozenset(one["name"] for one in quorum if 2 * len(one.get("online") or ()) <= len(one.get("members") or ()))


def read_unroutable(management: Management) -> Unroutable | None:
    """Return what was unroutable since the broker counts, None where it does not count."""
    # Of all vhosts that the user may see: for one by itself RabbitMQ wants the tag administrator (measured).
    found = management.get("vhosts?columns=name,messages,message_stats", [TABLE]) or ()
    here: Mapping[str, Any] = next((one for one in found if one and one.get("name") == unquote(management.vhost)), {})
    stats = here.get("message_stats")
    if not isinstance(stats, dict):
        return Unroutable(0, 0) if isinstance(here.get("messages"), int) else None  # nothing was published yet
    dropped, returned = (stats.get(f"{one}_unroutable") for one in ("drop", "return"))
    return Unroutable(*(one if isinstance(one, int) else 0 for one in (dropped, returned)))


def _counts(one: Mapping[str, Any], counting: Counting) -> QueueCounts:
    head = one.get("head_message_timestamp")
    return QueueCounts(
        one["name"],
        one.get("type", "classic"),
        one.get("state"),
        one.get("messages"),
        one.get("messages_unacknowledged"),
        one.get("consumers"),
        head if isinstance(head, int) else None,
        _rate(one, _IN) if counting.rates else None,
        _rate(one, _OUT) if counting.rates else None,
        (one.get("messages_details") or {}).get("avg_rate"),
    )


def _rate(one: Mapping[str, Any], of: tuple[str, ...]) -> float | None:
    stats = one.get("message_stats") or {}
    rates = [rate for name in of if (rate := (stats.get(f"{name}_details") or {}).get("avg_rate")) is not None]
    return sum(rates) if rates or one.get("messages") is not None else None
