"""Events that could not be published as they are declared."""

from collections.abc import Callable, Iterator

from edatool.checks.names import MAX_BYTES
from edatool.checks.subject import Findings, Subject
from edatool.contracts.fields import Field, field_of
from edatool.spec.spec import Event
from edatool.spec.template import FieldPath

_KEY_TYPES = {"string", "integer", "boolean"}
_HEADER_TYPES = {"string", "integer", "boolean", "null"}


def key_fields(subject: Subject) -> Findings:
    """E241: a key template uses a field that the schema does not guarantee, or that is no string, integer or boolean.

    A payload without it would keep the contract, and could not be published.
    """
    for event, path, found in _fields(subject, lambda event: event.key.fields):
        wrong = _wrong_in_key(path, found)
        if wrong:
            yield subject.finding("E241", wrong, "events", event.name, "key")


def unchecked_keys(subject: Subject) -> Findings:
    """W242: a key template uses fields, and the event has no schema that could guarantee them."""
    for event in subject.spec.events.values():
        if event.key.fields and event.schema is None:
            message = f"the key uses {{{event.key.fields[0]}}}, and no schema guarantees it: give the event a schema"
            yield subject.finding("W242", message, "events", event.name, "key")


def promoted_fields(subject: Subject) -> Findings:
    """E243: a header is promoted from a field that the schema rules out, or that is no string, integer or boolean."""
    for event, path, found in _fields(subject, lambda event: tuple(event.headers.values())):
        header = next(name for name, one in event.headers.items() if one == path)
        if not found.known:
            message = f"the schema knows no field {str(path)!r}: name one that it does"
        elif found.types is not None and not found.types <= _HEADER_TYPES:
            message = f"{str(path)!r} may be {_listed(found.types)}, and a header is a string, an integer or a boolean"
        else:
            continue
        yield subject.finding("E243", message, "events", event.name, "headers", header)


def wildcards(subject: Subject) -> Findings:
    """E244: a key for a topic exchange holds ``*`` or ``#`` as a word, which means something else when it is bound."""
    for event in subject.spec.events.values():
        literal = "".join(part if isinstance(part, str) else "{}" for part in event.key.parts)
        if subject.exchange_type(event.exchange) == "topic" and {"*", "#"} & set(literal.split(".")):
            message = "* and # are wildcards of bindings, and this is the key of a message: use words or {fields}"
            yield subject.finding("E244", message, "events", event.name, "key")


def internal_exchanges(subject: Subject) -> Findings:
    """E245: an event is published to an internal exchange, which refuses publishes."""
    for event in subject.spec.events.values():
        exchange = subject.spec.exchanges.get(event.exchange)
        if exchange and exchange.internal:
            message = f"{exchange.name!r} is internal and refuses publishes: publish to one that is bound to it"
            yield subject.finding("E245", message, "events", event.name, "exchange")


def routing_headers(subject: Subject) -> Findings:
    """E311: a header that a field is promoted to is CC or BCC, of which RabbitMQ expects lists of further keys.

    It closes the channel over a message with any other value there, and promoted are strings, integers and booleans.
    """
    for event in subject.spec.events.values():
        for header in sorted({"CC", "BCC"} & event.headers.keys()):
            message = f"RabbitMQ takes the header {header} for a list of further keys and refuses others: rename it"
            yield subject.finding("E311", message, "events", event.name, "headers", header)


def long_properties(subject: Subject) -> Findings:
    """E312: the name of a header, or of the producer, is over 255 bytes, the length of a short string in AMQP 0-9-1."""
    for event in subject.spec.events.values():
        for header in event.headers:
            if len(header.encode()) > MAX_BYTES:
                message = f"the header {header[:37]!r}... has a name over {MAX_BYTES} bytes: shorten it"
                yield subject.about_key("E312", message, "events", event.name, "headers", header)
        if event.producer and len(event.producer.encode()) > MAX_BYTES:
            message = f"the producer {event.producer[:37]!r}... is over {MAX_BYTES} bytes: shorten the name"
            yield subject.finding("E312", message, "events", event.name, "producer")


def _fields(
    subject: Subject, used_by: Callable[[Event], tuple[FieldPath, ...]]
) -> Iterator[tuple[Event, FieldPath, Field]]:
    for event in subject.spec.events.values():
        contract = subject.contracts.get(event.schema or "")
        if contract:
            for path in used_by(event):
                yield event, path, field_of(contract, path.names)


def _wrong_in_key(path: FieldPath, found: Field) -> str | None:
    if not found.known:
        return f"the key uses {{{path}}}, and the schema knows no such field: name one that it requires"
    if not found.required:
        return f"the key uses {{{path}}}, which the schema does not require: require it, or leave it out of the key"
    if found.types is None or not found.types <= _KEY_TYPES:
        types = _listed(found.types) if found.types else "of any type"
        return f"the key uses {{{path}}}, which may be {types}: only strings, integers and booleans become words"
    return None


def _listed(types: frozenset[str]) -> str:
    return " or ".join(sorted(types))
