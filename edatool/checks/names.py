"""Names that RabbitMQ does not take, or that collide."""

from collections.abc import Iterator, Mapping

from edatool.checks.subject import Findings, Subject
from edatool.routing.compile import retry_queue_name
from edatool.routing.definitions import MARK
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
    """E212: a name, of a header too, or a routing key is over 255 bytes, the length of a short string in AMQP 0-9-1."""
    for kind, name in _names(subject):
        if len(name.encode()) > MAX_BYTES:
            yield subject.about_key("E212", f"{_brief(name)} is over {MAX_BYTES} bytes: shorten the name", kind, name)
    for event in subject.spec.events.values():
        fixed = "".join(part for part in event.key.parts if isinstance(part, str))
        # Each field becomes at least one letter.
        if len(fixed.encode()) + len(event.key.fields) > MAX_BYTES:
            message = f"the key {_brief(fixed)} is over {MAX_BYTES} bytes: shorten it"
            yield subject.finding("E212", message, "events", event.name, "key")
    for binding in subject.spec.bindings:
        for index, key in enumerate(binding.keys):
            if len(key.encode()) > MAX_BYTES:
                message = f"the key {_brief(key)} is over {MAX_BYTES} bytes: shorten it"
                yield subject.finding("E212", message, *subject.key_path(binding, index))
    yield from _argument_names(subject)
    vhost = subject.spec.vhost or ""
    if len(vhost.encode()) > MAX_BYTES:
        message = f"{_brief(vhost)} is over {MAX_BYTES} bytes, and no client could connect to it: shorten the name"
        yield subject.finding("E212", message, "vhost")


def _argument_names(subject: Subject) -> Findings:
    spec = subject.spec
    tables: list[tuple[Path, Mapping[str, object]]] = [
        *((("events", one.name, "headers"), one.headers) for one in spec.events.values()),
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
