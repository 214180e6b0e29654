"""Users, the vhost itself, federation upstreams and shovels: what they may hold, and RabbitMQ's names for it."""

from collections.abc import Callable, Mapping
from typing import Any

from edatool.spec.arguments import QUEUE_TYPES
from edatool.spec.quantity import DURATION, milliseconds
from edatool.spec.secret import SECRET, URIS, reference
from edatool.spec.shape import Boolean, Choice, Field, Integer, Json, ListOf, MapOf, Record, Shape, Text

Plain = Mapping[str, Any]

_NAME = Text()
_PATTERN = Text(like="a regular expression", least=0)
_ANY_NUMBER = Integer(-1)

VIRTUAL_HOST = Record(
    {
        "description": Field(Text(least=0), "what it is for"),
        "tags": Field(ListOf(_NAME), "its tags"),
        "default_queue_type": Field(Choice(QUEUE_TYPES), "the type of queues whose declaration names none"),
        "limits": Field(
            Record(
                {
                    "max_connections": Field(_ANY_NUMBER, "the most client connections; -1 is without limit"),
                    "max_queues": Field(_ANY_NUMBER, "the most queues; -1 is without limit"),
                }
            ),
            "what it takes at most",
        ),
    },
    none_is_empty=True,
)
_WRITE = Field(_PATTERN, "names that may be written; left out: none")
_READ = Field(_PATTERN, "names that may be read; left out: none")
USER = Record(
    {
        "password": Field(
            SECRET, "where the password is read from; left out: it is not touched, and a new user has none"
        ),
        "tags": Field(ListOf(_NAME), "management, policymaker, monitoring, administrator, or tags of plugins"),
        "permissions": Field(
            Record(
                {
                    "configure": Field(_PATTERN, "names that may be declared and deleted; left out: none"),
                    "write": _WRITE,
                    "read": _READ,
                }
            ),
            "regular expressions of names in this vhost; left out: the user has no access to it",
        ),
        "topic_permissions": Field(
            MapOf(Record({"write": _WRITE, "read": _READ})), "by topic exchange: regular expressions of routing keys"
        ),
    },
    none_is_empty=True,
    secret=True,
)

Conversion = Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


def _seconds(text: str) -> int:
    return milliseconds(text) // 1000


_CONVERSIONS: Mapping[str, Conversion] = {
    "reconnect_delay": _seconds,
    "expires": milliseconds,
    "message_ttl": milliseconds,
}
_RAW = Field(MapOf(Json()), "further settings, as RabbitMQ names them")
_ACK_MODE = Field(Choice(("on-confirm", "on-publish", "no-ack")), "when messages are acknowledged where they come from")

UPSTREAM = Record(
    {
        "uri": Field(URIS, "where it is: amqp[s]://user@host/vhost, or where that is read from", required=True),
        "exchange": Field(_NAME, "the exchange there; default: that of the same name"),
        "queue": Field(_NAME, "the queue there; default: that of the same name"),
        "ack_mode": _ACK_MODE,
        "prefetch_count": Field(Integer(), "how many messages are under way at once"),
        "reconnect_delay": Field(DURATION, "the wait before connecting again, in whole seconds"),
        "trust_user_id": Field(Boolean(), "keeps the user-id of messages"),
        "max_hops": Field(Integer(1), "over how many links a message goes at most"),
        "expires": Field(DURATION, "how long the upstream keeps messages while the link is down"),
        "message_ttl": Field(DURATION, "how long messages wait upstream"),
        "settings": _RAW,
    }
)


def _end(**further: Field) -> Record:
    fields: dict[str, Field] = {
        "uri": Field(URIS, "where it is: amqp[s]://user@host/vhost, or where that is read from", required=True),
        "protocol": Field(Choice(("amqp091", "amqp10", "local")), "default: amqp091"),
        "queue": Field(_NAME, "the queue"),
        "exchange": Field(_NAME, "instead of a queue: the exchange"),
        "exchange_key": Field(Text(least=0), "the routing key with it"),
        "address": Field(_NAME, "with amqp10: the address"),
    }
    return Record(fields | further, at_most_one=(("queue", "exchange", "address"),))


SHOVEL = Record(
    {
        "source": Field(
            _end(prefetch_count=Field(Integer(), "how many messages are under way at once")),
            "where messages come from",
            required=True,
        ),
        "destination": Field(
            _end(add_forward_headers=Field(Boolean(), "adds headers that say where messages came from")),
            "where messages go",
            required=True,
        ),
        "ack_mode": _ACK_MODE,
        "reconnect_delay": Field(DURATION, "the wait before connecting again, in whole seconds"),
        "settings": _RAW,
    }
)


def upstream(one: Plain, folder: str) -> dict[str, Any]:
    """Return a federation upstream under RabbitMQ's names; files of secrets are relative to ``folder``."""
    return {**_renamed(one, "", folder), **(one.get("settings") or {})}


def shovel(one: Plain, folder: str) -> dict[str, Any]:
    """Return a shovel under RabbitMQ's names; files of secrets are relative to ``folder``."""
    source = {"protocol": "amqp091", **one.get("source", {})}
    destination = {"protocol": "amqp091", **one.get("destination", {})}
    rest = {key: value for key, value in one.items() if key not in ("source", "destination")}
    ends = {**_renamed(source, "src-", folder), **_renamed(destination, "dest-", folder)}
    return {**ends, **_renamed(rest, "", folder), **(one.get("settings") or {})}


def _renamed(one: Plain, prefix: str, folder: str) -> dict[str, Any]:
    return {
        prefix + key.replace("_", "-"): reference(value, folder)
        if key == "uri"
        else _CONVERSIONS.get(key, _same)(value)
        for key, value in one.items()
        if key != "settings"
    }


SECTIONS: Mapping[str, tuple[Shape, str]] = {
    "virtual_host": (VIRTUAL_HOST, "the vhost itself, made if it is not there; what is left out stays as it is"),
    "users": (MapOf(USER), "who may do what in the vhost"),
    "federation_upstreams": (MapOf(UPSTREAM), "brokers that policies federate exchanges and queues with"),
    "shovels": (MapOf(SHOVEL), "what RabbitMQ itself moves from one queue or exchange to another"),
}
