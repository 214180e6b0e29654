"""The format of routes.yaml: every key, what it may hold, and what it is for."""

from edatool.spec.administration import SECTIONS
from edatool.spec.alerting import ALERTS
from edatool.spec.checking import CHECKS
from edatool.spec.consuming import CONSUMER
from edatool.spec.deliveries import DELIVERY, POSTED
from edatool.spec.filtering import FILTER, PATTERN
from edatool.spec.json_schema import json_schema
from edatool.spec.producing import PRODUCER
from edatool.spec.quantity import DURATION
from edatool.spec.rabbitmq.arguments import ARGUMENTS, QUEUE_TYPES
from edatool.spec.secret import SECRET, URI
from edatool.spec.shape import (
    Boolean,
    Either,
    Integer,
    Json,
    ListOf,
    MapOf,
    OneOf,
    Record,
    RecordField,
    Scalar,
    Text,
)
from edatool.spec.soap import SOAP_SERVICE
from edatool.spec.sources import RECEIVED, SOURCE

FORMAT_VERSION = 1

_NAME = Text()
_MAYBE_EMPTY = Text(least=0)
_ARGUMENTS = MapOf(Scalar())
_NAMES = ListOf(_NAME, least=1)

_EVENT = {
    "summary": RecordField(Text(), "what happened, in one sentence"),
    "producer": RecordField(_NAME, "who publishes it"),
    "category": RecordField(_NAME, "what kind of event it is, such as user-action or sensor-reading"),
    "schema": RecordField(
        Text(),
        "the JSON Schema of the payload: a file of JSON or YAML, relative to this one, or FILE#/JSON/POINTER",
    ),
    "exchange": RecordField(_NAME, "the exchange it is published to"),
    "key": RecordField(Text(), "the routing key; {path.to.field} is read from the payload; default: the event's name"),
    "headers": RecordField(
        MapOf(Text(like="the path of a field, such as customer.tier")), "payload fields promoted to headers"
    ),
    "contract": RecordField(
        OneOf(("strict", "warn")),
        "strict (default) refuses a payload that breaks the schema; warn publishes it and reports that",
    ),
    "cloudevents": RecordField(
        OneOf(("binary", "structured")),
        "publish as CloudEvents 1.0: attributes in ce- headers, or in an envelope around the payload",
    ),
    "source": RecordField(Text(), "the source of CloudEvents, a URI reference; default: / and the producer"),
    "subject": RecordField(
        Text(like="the path of a field, such as order.id"), "the payload field that is their subject"
    ),
}
_EXCHANGE = {
    "summary": RecordField(Text(), "what it is for"),
    "owner": RecordField(_NAME, "the team or service it belongs to"),
    "type": RecordField(
        Text(like="an exchange type, such as topic"), "topic, direct, fanout, headers, or a plugin's type"
    ),
    "alternate": RecordField(_NAME, "the exchange that gets what this one cannot route"),
    "external": RecordField(Boolean(), "belongs to others: it has to be there, and is never made, changed or removed"),
    "internal": RecordField(Boolean(), "refuses publishes; reached by bindings only"),
    "durable": RecordField(Boolean(), "survives a restart of the broker (default)"),
    "auto_delete": RecordField(Boolean(), "deleted with its last binding"),
    "arguments": RecordField(_ARGUMENTS, "further arguments, as RabbitMQ names them"),
}
_DEAD_LETTER_TARGET = {
    "exchange": RecordField(_MAYBE_EMPTY, 'the exchange dead letters go to; "" is the default exchange', required=True),
    "key": RecordField(Text(), "the routing key of dead letters; default: the message's own"),
}
_DEAD_LETTER = Record(
    {
        **_DEAD_LETTER_TARGET,
        "strategy": RecordField(
            OneOf(("at-most-once", "at-least-once")), "quorum: at-least-once needs overflow: reject-publish"
        ),
    }
)
_BY_ERROR = RecordField(
    MapOf(Either((_NAME, Record(_DEAD_LETTER_TARGET)), "the name of a queue, or {exchange, key}"), least=1),
    "where what failed with an exception goes, by the name of its class; a consumer of edatool sends it there",
)
_QUEUE = {
    "summary": RecordField(Text(), "what it is for"),
    "owner": RecordField(_NAME, "the team or service that consumes it"),
    "type": RecordField(OneOf(QUEUE_TYPES), "classic, quorum or stream"),
    "external": RecordField(Boolean(), "belongs to others: it has to be there, and is never made, changed or removed"),
    "durable": RecordField(Boolean(), "survives a restart of the broker (default)"),
    "auto_delete": RecordField(Boolean(), "deleted with its last consumer"),
    "dead_letter": RecordField(
        Record({**_DEAD_LETTER.fields, "by_error": _BY_ERROR}),
        "where messages go that were rejected, expired or delivered too often",
    ),
    "retry": RecordField(
        ListOf(DURATION, least=1),
        "the waits before a failed message is tried again; each becomes a delay queue",
    ),
    "arguments": RecordField(_ARGUMENTS, "further arguments, as RabbitMQ names them"),
    **{name: RecordField(argument.shape, argument.about) for name, argument in ARGUMENTS.items()},
}
_QUEUES = MapOf(
    Record(
        {**_QUEUE, "alerts": RecordField(ALERTS, "thresholds of this queue, before those of the top")},
        none_is_empty=True,
    )
)

_BINDING = Record(
    {
        "events": RecordField(_NAMES, "the events to receive; exchange and keys follow from them"),
        "exchange": RecordField(_NAME, "the exchange to bind to"),
        "queue": RecordField(_NAME, "the queue that receives"),
        "to_exchange": RecordField(_NAME, "the exchange that receives"),
        "key": RecordField(_MAYBE_EMPTY, "the binding key"),
        "keys": RecordField(ListOf(_MAYBE_EMPTY, least=1), "several binding keys, each a binding"),
        "headers": RecordField(_ARGUMENTS, "the match of a headers exchange, such as {x-match: any, tier: gold}"),
        "arguments": RecordField(_ARGUMENTS, "arguments of the binding, for exchange types of plugins"),
        "filter": RecordField(FILTER, "what messages have to match"),
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
        "pattern": RecordField(_MAYBE_EMPTY, 'a regular expression for names; "" matches every name', required=True),
        "apply_to": RecordField(
            OneOf(("all", "exchanges", "queues", "classic_queues", "quorum_queues", "streams")),
            "what it applies to",
        ),
        "priority": RecordField(Integer(-(2**31), 2**31 - 1), "the highest of the matching policies applies"),
        "definition": RecordField(MapOf(Json(), least=1), "the settings, as RabbitMQ names them", required=True),
    }
)
_ROUTER = Record(
    {
        "type": RecordField(OneOf(("classic", "quorum")), "the type of its queue; default: quorum"),
        "dead_letter": RecordField(_DEAD_LETTER, "where what it cannot evaluate goes; default: a queue of its own"),
    },
    none_is_empty=True,
)
_TRIGGER = Record(
    {
        "summary": RecordField(Text(), "what it does"),
        "owner": RecordField(_NAME, "the team or service it belongs to"),
        "events": RecordField(_NAMES, "the events that start it; they wait in a queue of the trigger's name"),
        "filter": RecordField(FILTER, "what these events have to match"),
        "queue": RecordField(_NAME, "instead of events: a declared queue, of which each message starts it"),
        "retry": RecordField(
            ListOf(DURATION, least=1), "the waits before a failed action is tried again, where it names events"
        ),
        "run": RecordField(
            ListOf(Text(), least=1),
            "a program and its arguments, without a shell; the payload is its input, its exit code the outcome",
        ),
        "warm": RecordField(Boolean(), "the program stays, and gets events and says outcomes as lines of JSON"),
        "call": RecordField(Text(like="package.module:function"), "a Python function, which gets the event"),
        "http": RecordField(URI, "a URL to which the event is posted, as CloudEvents over HTTP"),
        "token": RecordField(SECRET, "where the bearer token for http is read from"),
        "lambda": RecordField(
            Text(like="package.module:handler"),
            "a Python function for AWS Lambda, which gets what Lambda gives",
        ),
        "timeout": RecordField(DURATION, "how long it may take, else it has failed; default: 30s"),
    },
    exactly_one=(("events", "queue"), ("run", "call", "http", "lambda")),
    at_most_one=(
        ("filter", "queue"),
        ("retry", "queue"),
        *(("warm", other) for other in ("call", "http", "lambda")),
        *(("token", other) for other in ("run", "call", "lambda")),
    ),
)
_MESSAGE = Record(
    {
        "exchange": RecordField(_MAYBE_EMPTY, "the exchange it is published to", required=True),
        "key": RecordField(_MAYBE_EMPTY, "its routing key"),
        "headers": RecordField(MapOf(Json()), "its headers; CC and BCC are lists of further keys"),
    }
)
_AFTERWARDS = Record(
    {
        "queue": RecordField(_NAME, "the queue from which it is dead-lettered", required=True),
        "reason": RecordField(OneOf(("rejected", "expired", "maxlen", "delivery_limit")), "why; default: rejected"),
        "expect": RecordField(ListOf(_NAME), "exactly the queues that it then ends in", required=True),
    }
)
_EXPECTED = Either(
    (
        ListOf(_NAME),
        OneOf(("unroutable", "rejected", "refused", "ignored")),
        Record({"at_least": RecordField(_NAMES, "queues that get it, whoever else does", required=True)}),
    ),
    "a list of queues, unroutable, rejected, refused, ignored, or {at_least: [queues]}",
)
_TEST = Record(
    {
        "name": RecordField(Text(), "the behaviour in one sentence", required=True),
        "publish": RecordField(_NAME, "the event to publish"),
        "payload": RecordField(Json(), "its payload"),
        "example": RecordField(
            Integer(), "instead of a payload: the number of an example of its schema, from 0 (default)"
        ),
        "message": RecordField(_MESSAGE, "instead of an event: a message as any client could publish it"),
        "receive": RecordField(RECEIVED, "instead of an event: a request that is posted to a source"),
        "event": RecordField(_NAME, "with receive: the event that it is to become"),
        "expect": RecordField(_EXPECTED, "exactly the queues that get it, or what else becomes of it", required=True),
        "requests": RecordField(ListOf(POSTED, least=1), "requests that deliveries post for it"),
        "filtered": RecordField(_NAMES, "deliveries to whose queue it comes, and whose filter keeps it back"),
        "dead_letter": RecordField(_AFTERWARDS, "where it ends when a queue dead-letters it"),
    },
    exactly_one=(("publish", "message", "receive"),),
    at_most_one=(
        ("payload", "example", "message", "receive"),
        ("event", "publish", "message"),
        ("requests", "message"),
        ("filtered", "message"),
    ),
)

ROUTES = Record(
    {
        "edatool": RecordField(OneOf((FORMAT_VERSION,)), "the version of this format: 1", required=True),
        "name": RecordField(_NAME, "who owns what is declared here", required=True),
        "vhost": RecordField(_NAME, "the virtual host; default: the broker URL's"),
        "include": RecordField(_NAMES, "further files of the same format, relative to this one"),
        "defaults": RecordField(
            Record(
                {
                    "event": RecordField(Record(_EVENT, none_is_empty=True), "for every event"),
                    "exchange": RecordField(Record(_EXCHANGE, none_is_empty=True), "for every exchange"),
                    "queue": RecordField(Record(_QUEUE, none_is_empty=True), "for every queue"),
                },
                none_is_empty=True,
            ),
            "what events, exchanges and queues get where they do not say it themselves",
        ),
        "events": RecordField(MapOf(Record(_EVENT, none_is_empty=True)), "what happens, and the contract of each"),
        "exchanges": RecordField(MapOf(Record(_EXCHANGE, none_is_empty=True)), "where events are published"),
        "queues": RecordField(_QUEUES, "where events wait for their consumers"),
        "bindings": RecordField(ListOf(_BINDING), "who receives what"),
        "consumers": RecordField(MapOf(CONSUMER), "who reads which queue, and how"),
        "producers": RecordField(MapOf(PRODUCER), "who may send which events by HTTP, to edatool gateway"),
        "filters": RecordField(MapOf(PATTERN), "named conditions on content"),
        "delays": RecordField(
            Record({"up_to": RecordField(DURATION, "the longest delay, 366d at most", required=True)}),
            "events may be published to be routed later, without a plugin",
        ),
        "router": RecordField(
            _ROUTER, "the queue of edatool router, which evaluates filters for publishers that do not"
        ),
        "policies": RecordField(MapOf(_POLICY), "RabbitMQ policies"),
        "operator_policies": RecordField(MapOf(_POLICY), "bounds that the administrator sets on all that policies say"),
        **{name: RecordField(shape, about) for name, (shape, about) in SECTIONS.items()},
        "triggers": RecordField(MapOf(_TRIGGER), "actions that events start; edatool consume --triggers runs them"),
        "sources": RecordField(MapOf(SOURCE), "other people's webhooks, and the events that they become"),
        "soap": RecordField(MapOf(SOAP_SERVICE), "SOAP services, whose operations are events, at edatool gateway"),
        "deliveries": RecordField(
            MapOf(DELIVERY), "the queues whose events are posted to others; edatool consume --delivery runs one"
        ),
        "alerts": RecordField(
            ALERTS, "past what edatool status raises the alarm, for each queue that events are bound for"
        ),
        "tests": RecordField(ListOf(_TEST), "what is expected of the routing"),
        "checks": RecordField(CHECKS, "which findings count how much"),
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
