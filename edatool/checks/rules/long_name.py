"""A name, also that of an argument, or a routing key has over 255 bytes.

That is the length of a short string in AMQP 0-9-1, counted in bytes of UTF-8: `é` counts twice. Shorten it.

Bad:

    edatool: 1
    name: shop
    queues:
      orders-of-customers-who-have-a-name-that-does-not-fit-orders-of-customers-who-have-a-name-that-does-not-fit-orders-of-customers-who-have-a-name-that-does-not-fit-orders-of-customers-who-have-a-name-that-does-not-fit-orders-of-customers-who-have-a-name-that-does-not-fit: {}

    $ edatool validate
    routes.yaml:4:3: E212 'orders-of-customers-who-have-a-name-t...' is over 255 bytes: shorten the name

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
"""

from collections.abc import Iterator, Mapping

from edatool.checks.brief import brief_name
from edatool.checks.found import Found, at, at_key
from edatool.checks.names import declared_names
from edatool.checks.subject import Subject
from edatool.spec.short_string import SHORT_STRING_BYTES, is_short
from edatool.spec.yaml_document import Path


def find(subject: Subject) -> Found:
    spec = subject.spec
    for kind, name in declared_names(subject):
        # A policy never goes over AMQP: RabbitMQ takes names of thousands of bytes (measured).
        if kind != "policies" and not is_short(name):
            yield at_key(kind, name), f"{brief_name(name)} is over {SHORT_STRING_BYTES} bytes: shorten the name"
    for event in spec.events.values():
        fixed = "".join(part for part in event.key.parts if isinstance(part, str))
        # Each field becomes at least one letter.
        if len(fixed.encode()) + len(event.key.fields) > SHORT_STRING_BYTES:
            yield at("events", event.name, "key"), _too_long("the key", fixed)
    for path, what, text in (*_keys(subject), *_single_names(subject)):
        if not is_short(text):
            yield at(*path), _too_long(what, text)
    yield from _argument_names(subject)


def _too_long(what: str, text: str) -> str:
    return f"{what} {brief_name(text)} is over {SHORT_STRING_BYTES} bytes: shorten it"


def _keys(subject: Subject) -> Iterator[tuple[Path, str, str]]:
    spec = subject.spec
    for binding in spec.bindings:
        for index, key in enumerate(binding.keys):
            yield subject.key_path(binding, index), "the key", key
    for queue in spec.queues.values():
        if queue.dead_letter and queue.dead_letter.key is not None:
            yield ("queues", queue.name, "dead_letter", "key"), "the key", queue.dead_letter.key
    if spec.router.dead_letter and spec.router.dead_letter.key is not None:
        yield ("router", "dead_letter", "key"), "the key", spec.router.dead_letter.key
    for test in spec.tests:
        if test.message:
            yield (*test.path, "message", "key"), "the key", test.message.key


def _single_names(subject: Subject) -> Iterator[tuple[Path, str, str]]:
    """Yield what stands in properties of messages, or is said when a connection is opened."""
    spec = subject.spec
    yield ("name",), "the name", spec.name
    yield ("vhost",), "the vhost", spec.vhost or ""


def _argument_names(subject: Subject) -> Found:
    spec = subject.spec
    tables: list[tuple[Path, Mapping[str, object]]] = [
        *((("exchanges", one.name, "arguments"), one.arguments) for one in spec.exchanges.values()),
        *((("queues", one.name, "arguments"), one.arguments) for one in spec.queues.values()),
        *(((*one.path, "headers"), one.headers) for one in spec.bindings),
        *(((*one.path, "arguments"), one.arguments) for one in spec.bindings),
    ]
    for path, table in tables:
        for name in table:
            if not is_short(name):
                message = f"{brief_name(name)} is over {SHORT_STRING_BYTES} bytes: shorten the name"
                yield at_key(*path, name), message
