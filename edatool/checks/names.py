"""Names that RabbitMQ does not take, or that collide."""

from collections.abc import Iterator, Mapping

from edatool.checks.subject import Findings, Subject
from edatool.routing.compile import retry_queue_name
from edatool.routing.definitions.definitions import MARK
from edatool.spec.text import Path

MAX_BYTES = 255  # AMQP 0-9-1: names and routing keys are short strings


def reserved(subject: Subject) -> Findings:
    """E211: a declared name starts with ``amq.``, which AMQP 0-9-1 reserves for the broker, or is edatool's mark."""
    for kind, name in _names(subject):
        if kind == "exchanges" and name == MARK:
            yield subject.about_key("E211", f"{name!r} is a name that edatool uses: choose another", kind, name)
        if kind in ("exchanges", "queues") and name.startswith("amq."):
            yield subject.about_key("E211", f"{name!r} is a name reserved for the broker: choose another", kind, name)


def lengths(subject: Subject) -> Findings:
    """E212: a name, of an argument too, or a routing key is over 255 bytes, as long as a short string of AMQP is."""
    spec = subject.spec
    for kind, name in _names(subject):
        if len(name.encode()) > MAX_BYTES:
            yield subject.about_key("E212", f"{_brief(name)} is over {MAX_BYTES} bytes: shorten the name", kind, name)
    for event in spec.events.values():
        fixed = "".join(part for part in event.key.parts if isinstance(part, str))
        # Each field becomes at least one letter.
        if len(fixed.encode()) + len(event.key.fields) > MAX_BYTES:
            yield subject.finding("E212", _too_long("the key", fixed), "events", event.name, "key")
    for path, what, text in (*_keys(subject), *_single_names(subject)):
        if len(text.encode()) > MAX_BYTES:
            yield subject.finding("E212", _too_long(what, text), *path)
    yield from _argument_names(subject)


def _too_long(what: str, text: str) -> str:
    return f"{what} {_brief(text)} is over {MAX_BYTES} bytes: shorten it"


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


def _argument_names(subject: Subject) -> Findings:
    spec = subject.spec
    tables: list[tuple[Path, Mapping[str, object]]] = [
        *((("exchanges", one.name, "arguments"), one.arguments) for one in spec.exchanges.values()),
        *((("queues", one.name, "arguments"), one.arguments) for one in spec.queues.values()),
        *(((*one.path, "headers"), one.headers) for one in spec.bindings),
        *(((*one.path, "arguments"), one.arguments) for one in spec.bindings),
    ]
    for path, table in tables:
        for name in table:
            if len(name.encode()) > MAX_BYTES:
                message = f"{_brief(name)} is over {MAX_BYTES} bytes: shorten the name"
                yield subject.about_key("E212", message, *path, name)


def retry_queues(subject: Subject) -> Findings:
    """E213: a queue generated for a retry has the name of a declared one, over 255 bytes, or stands twice."""
    spec = subject.spec
    for queue in spec.queues.values():
        names = [retry_queue_name(queue.name, wait) for wait in queue.retry if wait]
        for name in names:
            if name in spec.queues:
                message = f"the retry queue of {queue.name!r} has the name of this queue: rename it"
                yield subject.about_key("E213", message, "queues", name)
            if len(name.encode()) > MAX_BYTES:
                message = (
                    f"the retry queue {_brief(name)} has a name over {MAX_BYTES} bytes: shorten {_brief(queue.name)}"
                )
                yield subject.finding("E213", message, "queues", queue.name, "retry")
        if len(set(names)) < len(names) or 0 in queue.retry:
            message = "the waits must differ from each other and from zero"
            yield subject.finding("E213", message, "queues", queue.name, "retry")


def characters(subject: Subject) -> Findings:
    """E214: a name holds a line break, which RabbitMQ strips, so that it would be another name."""
    for kind, name in _names(subject):
        if "\n" in name or "\r" in name:
            yield subject.about_key("E214", f"{_brief(name)} holds a line break: remove it", kind, name)


def _names(subject: Subject) -> Iterator[tuple[str, str]]:
    spec = subject.spec
    for kind, objects in (
        ("events", spec.events),
        ("exchanges", spec.exchanges),
        ("queues", spec.queues),
        ("policies", spec.policies),
    ):
        for name in objects:
            yield kind, name


def _brief(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")
