"""The format of routes.yaml: every key, what it may hold, and what it is for."""

from edatool.spec.administration import SECTIONS
from edatool.spec.arguments import ARGUMENTS, QUEUE_TYPES
from edatool.spec.json_schema import json_schema
from edatool.spec.quantity import DURATION
from edatool.spec.shape import (
    Boolean,
    Choice,
    Either,
    Field,
    Integer,
    Json,
    ListOf,
    MapOf,
    Record,
    Scalar,
    Text,
)

FORMAT_VERSION = 1

_NAME = Text()
_MAYBE_EMPTY = Text(least=0)
_ARGUMENTS = MapOf(Scalar())
_NAMES = ListOf(_NAME, least=1)

_EVENT = {
    "summary": Field(Text(), "what happened, in one sentence"),
    "producer": Field(_NAME, "who publishes it"),
    "category": Field(_NAME, "what kind of event it is, such as user-action or sensor-reading"),
    "schema": Field(
        Text(),
        "the JSON Schema of the payload: a file of JSON or YAML, relative to this one, or FILE#/JSON/POINTER",
    ),
    "exchange": Field(_NAME, "the exchange it is published to"),
    "key": Field(Text(), "the routing key; {path.to.field} is read from the payload; default: the event's name"),
    "headers": Field(
        MapOf(Text(like="the path of a field, such as customer.tier")), "payload fields promoted to headers"
    ),
    "contract": Field(
        Choice(("strict", "warn")),
        "strict (default) refuses a payload that breaks the schema; warn publishes it and reports that",
    ),
    "cloudevents": Field(
        Choice(("binary", "structured")),
        "publish as CloudEvents 1.0: attributes in ce- headers, or in an envelope around the payload",
    ),
    "source": Field(Text(), "the source of CloudEvents, a URI reference; default: / and the producer"),
    "subject": Field(Text(like="the path of a field, such as order.id"), "the payload field that is their subject"),
}
_EXCHANGE = {
    "summary": Field(Text(), "what it is for"),
    "owner": Field(_NAME, "the team or service it belongs to"),
    "type": Field(Text(like="an exchange type, such as topic"), "topic, direct, fanout, headers, or a plugin's type"),
    "alternate": Field(_NAME, "the exchange that gets what this one cannot route"),
    "external": Field(Boolean(), "belongs to others: it has to be there, and is never made, changed or removed"),
    "internal": Field(Boolean(), "refuses publishes; reached by bindings only"),
    "durable": Field(Boolean(), "survives a restart of the broker (default)"),
    "auto_delete": Field(Boolean(), "deleted with its last binding"),
    "arguments": Field(_ARGUMENTS, "further arguments, as RabbitMQ names them"),
}
_DEAD_LETTER = Record(
    {
        "exchange": Field(_MAYBE_EMPTY, 'the exchange dead letters go to; "" is the default exchange', required=True),
        "key": Field(Text(), "the routing key of dead letters; default: the message's own"),
        "strategy": Field(
            Choice(("at-most-once", "at-least-once")), "quorum: at-least-once needs overflow: reject-publish"
        ),
    }
)
_QUEUE = {
    "summary": Field(Text(), "what it is for"),
    "owner": Field(_NAME, "the team or service that consumes it"),
    "type": Field(Choice(QUEUE_TYPES), "classic, quorum or stream"),
    "external": Field(Boolean(), "belongs to others: it has to be there, and is never made, changed or removed"),
    "durable": Field(Boolean(), "survives a restart of the broker (default)"),
    "auto_delete": Field(Boolean(), "deleted with its last consumer"),
    "dead_letter": Field(_DEAD_LETTER, "where messages go that were rejected, expired or delivered too often"),
    "retry": Field(
        ListOf(DURATION, least=1),
        "the waits before a failed message is tried again; each becomes a delay queue",
    ),
    "arguments": Field(_ARGUMENTS, "further arguments, as RabbitMQ names them"),
    **{name: Field(argument.shape, argument.about) for name, argument in ARGUMENTS.items()},
}

_PATTERN = MapOf(Json(), least=1)
_BINDING = Record(
    {
        "events": Field(_NAMES, "the events to receive; exchange and keys follow from them"),
        "exchange": Field(_NAME, "the exchange to bind to"),
        "queue": Field(_NAME, "the queue that receives"),
        "to_exchange": Field(_NAME, "the exchange that receives"),
        "key": Field(_MAYBE_EMPTY, "the binding key"),
        "keys": Field(ListOf(_MAYBE_EMPTY, least=1), "several binding keys, each a binding"),
        "headers": Field(_ARGUMENTS, "the match of a headers exchange, such as {x-match: any, tier: gold}"),
        "arguments": Field(_ARGUMENTS, "arguments of the binding, for exchange types of plugins"),
        "filter": Field(Either((_NAME, _PATTERN), "the name of a filter, or a pattern"), "what messages have to match"),
    },
    exactly_one=(("queue", "to_exchange"), ("events", "exchange")),
    at_most_one=(
        ("key", "keys", "events"),
        ("headers", "events"),
        ("arguments", "events"),
        ("headers", "arguments"),
    ),
)
_POLICY = Record(
    {
        "pattern": Field(_MAYBE_EMPTY, 'a regular expression for names; "" matches every name', required=True),
        "apply_to": Field(
            Choice(("all", "exchanges", "queues", "classic_queues", "quorum_queues", "streams")),
            "what it applies to",
        ),
        "priority": Field(Integer(-(2**31), 2**31 - 1), "the highest of the matching policies applies"),
        "definition": Field(MapOf(Json(), least=1), "the settings, as RabbitMQ names them", required=True),
    }
)
_ROUTER = Record(
    {
        "type": Field(Choice(("classic", "quorum")), "the type of its queue; default: quorum"),
        "dead_letter": Field(_DEAD_LETTER, "where what it cannot evaluate goes; default: a queue of its own"),
    },
    none_is_empty=True,
)
_MESSAGE = Record(
    {
        "exchange": Field(_MAYBE_EMPTY, "the exchange it is published to", required=True),
        "key": Field(_MAYBE_EMPTY, "its routing key"),
        "headers": Field(MapOf(Json()), "its headers; CC and BCC are lists of further keys"),
    }
)
_AFTERWARDS = Record(
    {
        "queue": Field(_NAME, "the queue from which it is dead-lettered", required=True),
        "reason": Field(Choice(("rejected", "expired", "maxlen", "delivery_limit")), "why; default: rejected"),
        "expect": Field(ListOf(_NAME), "exactly the queues that it then ends in", required=True),
    }
)
_EXPECTED = Either(
    (
        ListOf(_NAME),
        Choice(("unroutable", "rejected")),
        Record({"at_least": Field(_NAMES, "queues that get it, whoever else does", required=True)}),
    ),
    "a list of queues, unroutable, rejected, or {at_least: [queues]}",
)
_TEST = Record(
    {
        "name": Field(Text(), "the behaviour in one sentence", required=True),
        "publish": Field(_NAME, "the event to publish"),
        "payload": Field(Json(), "its payload"),
        "example": Field(Integer(), "instead of a payload: the number of an example of its schema, from 0 (default)"),
        "message": Field(_MESSAGE, "instead of an event: a message as any client could publish it"),
        "expect": Field(_EXPECTED, "exactly the queues that get it, or what else becomes of it", required=True),
        "dead_letter": Field(_AFTERWARDS, "where it ends when a queue dead-letters it"),
    },
    exactly_one=(("publish", "message"),),
    at_most_one=(("payload", "example", "message"),),
)

ROUTES = Record(
    {
        "edatool": Field(Choice((FORMAT_VERSION,)), "the version of this format: 1", required=True),
        "name": Field(_NAME, "who owns what is declared here", required=True),
        "vhost": Field(_NAME, "the virtual host; default: the broker URL's"),
        "include": Field(_NAMES, "further files of the same format, relative to this one"),
        "defaults": Field(
            Record(
                {
                    "event": Field(Record(_EVENT, none_is_empty=True), "for every event"),
                    "exchange": Field(Record(_EXCHANGE, none_is_empty=True), "for every exchange"),
                    "queue": Field(Record(_QUEUE, none_is_empty=True), "for every queue"),
                },
                none_is_empty=True,
            ),
            "what events, exchanges and queues get where they do not say it themselves",
        ),
        "events": Field(MapOf(Record(_EVENT, none_is_empty=True)), "what happens, and the contract of each"),
        "exchanges": Field(MapOf(Record(_EXCHANGE, none_is_empty=True)), "where events are published"),
        "queues": Field(MapOf(Record(_QUEUE, none_is_empty=True)), "where events wait for their consumers"),
        "bindings": Field(ListOf(_BINDING), "who receives what"),
        "filters": Field(MapOf(_PATTERN), "named conditions on content"),
        "router": Field(_ROUTER, "the queue of edatool router, which evaluates filters for publishers that do not"),
        "policies": Field(MapOf(_POLICY), "RabbitMQ policies"),
        "operator_policies": Field(MapOf(_POLICY), "bounds that the administrator sets on all that policies say"),
        **{name: Field(shape, about) for name, (shape, about) in SECTIONS.items()},
        "tests": Field(ListOf(_TEST), "what is expected of the routing"),
    }
)


def schema() -> dict[str, object]:
    """Return the JSON Schema (2020-12) of the format, for editors and for validation elsewhere."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "edatool routes",
        "description": "Event routing on RabbitMQ as code",
        **json_schema(ROUTES),
    }
