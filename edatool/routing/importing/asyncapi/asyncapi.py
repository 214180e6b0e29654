"""An AsyncAPI 3.0 document as definitions, with its events and consumers beside them.

The fields are those of its bindings for AMQP, version 0.3.0.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from edatool.contracts.pointer import Path
from edatool.findings import Finding
from edatool.routing.bindings import BUILT_IN
from edatool.routing.definitions.file import DefinitionsFile
from edatool.routing.importing.asyncapi.document import AsyncApiDocument, Part, read, said
from edatool.routing.importing.asyncapi.events import Unsaid, event, key_of
from edatool.routing.importing.asyncapi.operations import Operations, consumers, keys, operations, producer
from edatool.routing.importing.asyncapi.schemas import SchemaFiles
from edatool.routing.importing.expressible import EXCLUSIVE, LEFT_OUT
from edatool.routing.importing.translation import Translation

_WHAT = "AsyncAPI document"
_READ = ("asyncapi", "info", "defaultContentType", "channels", "operations", "components")
_OF_A_CHANNEL = ("address", "messages", "parameters", "bindings")
_FLAGS = {"durable": "durable", "autoDelete": "auto_delete", "vhost": "vhost"}


def asyncapi(name: str, raw: bytes) -> DefinitionsFile:
    """Return what a document says of a broker, with its events, their schemas, and consumers.

    Raises:
        WrongUsage: it is no such document, holds nothing of RabbitMQ, or refers to something outside of it.
    """
    document, translation = read(name, raw), Translation()
    reading = _Reading(document, translation, SchemaFiles(document), operations(document, translation))
    reading.channels()
    texts = reading.schemas.texts()
    reading.unused()
    file = translation.done(name, _WHAT, document.place)
    assert file.translated
    besides = {"events": reading.events, "queues": reading.queues, "consumers": reading.consumers}
    notes = (*file.translated.left_out, *reading.notes)
    return replace(file, translated=replace(file.translated, left_out=notes, said=besides, files=texts))


@dataclass(slots=True)
class _Reading:
    """What was read of a document so far; ``places`` are those of the messages of its channels."""

    document: AsyncApiDocument
    translation: Translation
    schemas: SchemaFiles
    operations: Operations
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    places: set[Path] = field(default_factory=set)
    queues: dict[str, dict[str, Any]] = field(default_factory=dict)
    consumers: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: list[Finding] = field(default_factory=list)

    def channels(self) -> None:
        """Read all channels: those of queues last, for they have the messages of others."""
        whole: Part = self.document.value, ()
        channels = [(name, one, self.document.amqp(one)) for name, one in self.document.entries(whole, "channels")]
        for name, channel, amqp in sorted(channels, key=lambda one: one[2][0].get("is") == "queue"):
            if amqp[0]:
                self.channel(name, channel, amqp)
            else:
                self.translation.leave_out(f"the channel {name!r}, which has no bindings of AMQP,", channel[1])
        self.document.leave_out_others(whole, _READ, "of the document", self.translation)
        self.document.leave_out_others(
            self.document.inside(whole, "info"), ("title", "version"), "of info", self.translation
        )
        if self.queues:
            reason = "write their types, arguments, dead letters and other bindings, for which AsyncAPI has no words"
            self.leave_out(f"all else of the queues {', '.join(self.queues)}", reason, ("channels",))

    def unused(self) -> None:
        """Leave out the messages and schemas that nothing refers to which was taken over."""
        components = self.document.inside((self.document.value, ()), "components")
        used = {*self.places, *(home[:3] for home in self.schemas.names)}
        for section, one in (("messages", "message"), ("schemas", "schema")):
            for name in self.document.inside(components, section)[0]:
                path = (*components[1], section, name)
                if path not in used:
                    self.translation.leave_out(f"the {one} {name!r}, which no event has,", path)

    def channel(self, name: str, channel: Part, amqp: Part) -> None:
        is_queue = amqp[0].get("is") == "queue"
        exchange = self.declared("exchanges", self.document.inside(amqp, "exchange"))
        address = self.document.text(channel, "address")
        queue = self.declared("queues", self.document.inside(amqp, "queue"), address if is_queue else None)
        known = (*_OF_A_CHANNEL, *(("summary", "tags") if queue else ()))
        self.document.leave_out_others(channel, known, f"of the channel {name!r}", self.translation)
        if queue:
            self.queue(name, queue, channel)
        if queue and exchange:
            vhost = self.document.text(self.document.inside(amqp, "queue"), "vhost")
            self.bind(exchange, queue, vhost, channel)
        for key, message in self.document.entries(channel, "messages"):
            if is_queue:
                self.of_queue(key, message)
            else:
                self.event(key, message, exchange, channel)

    def declared(self, section: str, part: Part, address: str | None = None) -> str | None:
        """Declare an exchange or a queue, and return its name; None where it is none, or cannot be."""
        value, path = part
        name = self.document.text(part, "name") or address
        typed = {"type": self.document.text(part, "type")} if section == "exchanges" else {}
        if name is None or (typed and name in BUILT_IN):
            return name
        if None in typed.values():
            self.leave_out(f"the exchange {name!r}", "its type is not said: write it", path)
            return None
        if not typed and value.get("exclusive") is True:
            self.leave_out(f"the queue {name!r}", EXCLUSIVE, path)
            return None
        flags = {ours: value.get(theirs) for theirs, ours in _FLAGS.items()}
        self.translation.add(section, {"name": name, **typed, **flags}, path)
        return name

    def queue(self, name: str, queue: str, channel: Part) -> None:
        owner = self.document.only_tag(channel, f"of the channel {name!r}", self.translation)
        self.queues[queue] = said(owner=owner, summary=self.document.text(channel, "summary"))
        of_channel = self.operations.get(channel[1], [])
        for consumer, one in consumers(self.document, of_channel, queue, self.translation):
            self.consumers.setdefault(consumer, {**one, "queues": []})["queues"].append(queue)

    def bind(self, exchange: str, queue: str, vhost: str | None, channel: Part) -> None:
        """Bind a queue by the keys that who receives says, else by the address, whose parameters are words."""
        address = re.sub(r"\{[^{}]*\}", "*", self.document.text(channel, "address") or "")
        binding = {"source": exchange, "destination": queue, "destination_type": "queue", "vhost": vhost}
        for key in keys(self.document, self.operations.get(channel[1], [])) or [address]:
            self.translation.add("bindings", {**binding, "routing_key": key}, channel[1])

    def of_queue(self, key: str, message: Part) -> None:
        if message[1] not in self.places:
            self.places.add(message[1])
            reason = "only a queue is said to have it: give it a channel with an exchange and its key"
            self.leave_out(f"the message {key!r}", reason, message[1])

    def event(self, key: str, message: Part, exchange: str | None, channel: Part) -> None:
        """Make an event of a message of a channel that has an exchange and an address."""
        name = self.document.text(message, "name") or key
        self.places.add(message[1])
        try:
            self.require(name, exchange)
            routing_key = key_of(self.document, channel)
        except Unsaid as unsaid:
            self.leave_out(f"the event {name!r}", str(unsaid), message[1])
            return
        found = event(self.document, message, name, self.schemas, self.translation)
        sender = producer(self.document, self.operations.get(channel[1], []), message)
        own_key = routing_key if routing_key != name else ""
        self.events[name] = said(**found, producer=sender, exchange=exchange, key=own_key)

    def require(self, name: str, exchange: str | None) -> None:
        if exchange is None:
            raise Unsaid("its channel names no exchange of a known type: write it under bindings, amqp")
        if name in self.events:
            raise Unsaid("another message has the same name: give each a name of its own")

    def leave_out(self, what: str, reason: str, path: Path) -> None:
        self.notes.append(Finding(LEFT_OUT, f"{what} is left out: {reason}", self.document.place(path)))
