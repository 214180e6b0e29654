"""Users, the vhost itself, federation upstreams and shovels: what they may hold, and RabbitMQ's names for it."""

from collections.abc import Callable, Mapping
from typing import Any

from edatool.frozen import frozen
from edatool.spec.quantity import DURATION, as_duration, milliseconds
from edatool.spec.rabbitmq.arguments import QUEUE_TYPES
from edatool.spec.secret import SECRET, URIS, reference, unreferenced
from edatool.spec.shape import Boolean, Integer, Json, ListOf, MapOf, OneOf, Record, RecordField, Shape, Text

Plain = Mapping[str, Any]

_NAME = Text()
_PATTERN = Text(like="a regular expression", least=0)
_ANY_NUMBER = Integer(-1)

VIRTUAL_HOST = Record(
    {
        "description": RecordField(Text(least=0), "what it is for"),
        "tags": RecordField(ListOf(_NAME), "its tags"),
        "default_queue_type": RecordField(OneOf(QUEUE_TYPES), "the type of queues whose declaration names none"),
        "protected_from_deletion": RecordField(
            Boolean(), "refuses to be deleted while it is true (RabbitMQ 4.1 and later)"
        ),
        "limits": RecordField(
            Record(
                {
                    "max_connections": RecordField(_ANY_NUMBER, "the most client connections; -1 is without limit"),
                    "max_queues": RecordField(_ANY_NUMBER, "the most queues; -1 is without limit"),
                }
            ),
            "what it takes at most",
        ),
    },
    none_is_empty=True,
)
_WRITE = RecordField(_PATTERN, "names that may be written; left out: none")
_READ = RecordField(_PATTERN, "names that may be read; left out: none")
USER = Record(
    {
        "password": RecordField(
            SECRET, "where the password is read from; left out: it is not touched, and a new user has none"
        ),
        "tags": RecordField(ListOf(_NAME), "management, policymaker, monitoring, administrator, or tags of plugins"),
        "permissions": RecordField(
            Record(
                {
                    "configure": RecordField(_PATTERN, "names that may be declared and deleted; left out: none"),
                    "write": _WRITE,
                    "read": _READ,
                }
            ),
            "regular expressions of names in this vhost; left out: the user has no access to it",
        ),
        "topic_permissions": RecordField(
            MapOf(Record({"write": _WRITE, "read": _READ})), "by topic exchange: regular expressions of routing keys"
        ),
    },
    none_is_empty=True,
    secret=True,
)


@frozen
class _Duration:
    """A duration as RabbitMQ counts it: the way there, and the way back."""

    sent: Callable[[str], int]
    written: Callable[[int], str]


_MILLISECONDS = _Duration(milliseconds, as_duration)
_SECONDS = _Duration(lambda text: milliseconds(text) // 1000, lambda seconds: as_duration(seconds * 1000))
_DURATIONS: Mapping[str, _Duration] = {
    "reconnect_delay": _SECONDS,
    "expires": _MILLISECONDS,
    "message_ttl": _MILLISECONDS,
}
_RAW = RecordField(MapOf(Json()), "further settings, as RabbitMQ names them")
_ACK_MODE = RecordField(
    OneOf(("on-confirm", "on-publish", "no-ack")), "when messages are acknowledged where they come from"
)

UPSTREAM = Record(
    {
        "uri": RecordField(URIS, "where it is: amqp[s]://user@host/vhost, or where that is read from", required=True),
        "exchange": RecordField(_NAME, "the exchange there; default: that of the same name"),
        "queue": RecordField(_NAME, "the queue there; default: that of the same name"),
        "ack_mode": _ACK_MODE,
        "prefetch_count": RecordField(Integer(), "how many messages are under way at once"),
        "reconnect_delay": RecordField(DURATION, "the wait before connecting again, in whole seconds"),
        "trust_user_id": RecordField(Boolean(), "keeps the user-id of messages"),
        "max_hops": RecordField(Integer(1), "over how many links a message goes at most"),
        "expires": RecordField(DURATION, "how long the upstream keeps messages while the link is down"),
        "message_ttl": RecordField(DURATION, "how long messages wait upstream"),
        "settings": _RAW,
    }
)


def _end(**further: RecordField) -> Record:
    fields: dict[str, RecordField] = {
        "uri": RecordField(URIS, "where it is: amqp[s]://user@host/vhost, or where that is read from", required=True),
        "protocol": RecordField(OneOf(("amqp091", "amqp10", "local")), "default: amqp091"),
        "queue": RecordField(_NAME, "the queue"),
        "exchange": RecordField(_NAME, "instead of a queue: the exchange"),
        "exchange_key": RecordField(Text(least=0), "the routing key with it"),
        "address": RecordField(_NAME, "with amqp10: the address"),
    }
    return Record(fields | further, at_most_one=(("queue", "exchange", "address"),))


SHOVEL = Record(
    {
        "source": RecordField(
            _end(prefetch_count=RecordField(Integer(), "how many messages are under way at once")),
            "where messages come from",
            required=True,
        ),
        "destination": RecordField(
            _end(add_forward_headers=RecordField(Boolean(), "adds headers that say where messages came from")),
            "where messages go",
            required=True,
        ),
        "ack_mode": _ACK_MODE,
        "reconnect_delay": RecordField(DURATION, "the wait before connecting again, in whole seconds"),
        "settings": _RAW,
    }
)

ENDS: Mapping[str, str] = {"source": "src-", "destination": "dest-"}
"""The two ends of a shovel, with what RabbitMQ's names of their settings begin with."""
PROTOCOLS: Mapping[str, str] = {f"{prefix}protocol": "amqp091" for prefix in ENDS.values()}
"""What RabbitMQ takes for the protocols of a shovel that does not say them."""
_WITHOUT_NAME = (*ENDS, "settings")


def upstream(one: Plain, folder: str) -> dict[str, Any]:
    """Return a federation upstream under RabbitMQ's names; files of secrets are relative to ``folder``."""
    return {**_renamed(one, "", folder), **(one.get("settings") or {})}


def shovel(one: Plain, folder: str) -> dict[str, Any]:
    """Return a shovel under RabbitMQ's names; files of secrets are relative to ``folder``."""
    found = dict(PROTOCOLS)
    for end, prefix in ENDS.items():
        found |= _renamed(one.get(end, {}), prefix, folder)
    return {**found, **_renamed(one, "", folder), **(one.get("settings") or {})}


def _renamed(one: Plain, prefix: str, folder: str) -> dict[str, Any]:
    named = {key: amqp_name(key, prefix) for key in one}
    return {name: sent(key, one[key], folder) for key, name in named.items() if name}


def amqp_name(key: str, prefix: str) -> str | None:
    """Return RabbitMQ's name for a key of a shovel or upstream; None for one that only holds others."""
    return None if key in _WITHOUT_NAME else prefix + key.replace("_", "-")


def sent(key: str, value: Any, folder: str) -> Any:
    """Return what RabbitMQ gets for the value of a key; files of secrets are relative to ``folder``."""
    if key == "uri":
        return reference(value, folder)
    return _DURATIONS[key].sent(value) if key in _DURATIONS else value


def written(key: str, value: Any) -> Any:
    """Return what is to be written for RabbitMQ's value of a key, the way back from ``sent``.

    A value that no spec can say comes back as something that the shape of the key does not allow, or that is sent as
    another one.
    """
    if key == "uri":
        return unreferenced(value)
    # Of the exact type, for a boolean is an int too.
    return _DURATIONS[key].written(value) if key in _DURATIONS and type(value) is int else value


SECTIONS: Mapping[str, tuple[Shape, str]] = {
    "virtual_host": (VIRTUAL_HOST, "the vhost itself, made if it is not there; what is left out stays as it is"),
    "users": (MapOf(USER), "who may do what in the vhost"),
    "federation_upstreams": (MapOf(UPSTREAM), "brokers that policies federate exchanges and queues with"),
    "shovels": (MapOf(SHOVEL), "what RabbitMQ itself moves from one queue or exchange to another"),
}
