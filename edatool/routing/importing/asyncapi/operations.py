"""The operations of an AsyncAPI document: who sends an event, who consumes a queue, and by which keys it is bound."""

from collections.abc import Iterator, Mapping
from typing import Any

from edatool.contracts.pointer import Path
from edatool.routing.importing.asyncapi.document import AsyncApiDocument, Part, said
from edatool.routing.importing.translation import Translation

Operations = Mapping[Path, list[tuple[str, Part]]]
"""Operations with their names, by the place of their channel."""

_READ = ("action", "channel", "summary", "tags", "messages", "bindings")
_OF_AMQP = ("ack", "bindingVersion", "cc", "deliveryMode", "timestamp")


def operations(document: AsyncApiDocument, translation: Translation) -> Operations:
    """Return all operations, and leave out what is not read of them."""
    found: dict[Path, list[tuple[str, Part]]] = {}
    for name, one in document.entries((document.value, ()), "operations"):
        found.setdefault(document.inside(one, "channel")[1], []).append((name, one))
        document.leave_out_others(one, _READ, f"of the operation {name!r}", translation)
        amqp = document.amqp(one)
        document.leave_out_others(amqp, _OF_AMQP, f"of the operation {name!r}", translation)
    return found


def producer(document: AsyncApiDocument, of_channel: list[tuple[str, Part]], message: Part) -> str | None:
    """Return the tag of the operation that sends a message, where all that do have the same one."""
    tags: set[str | None] = set()
    for _, one in _acting(of_channel, "send"):
        sent = [path for _, path in document.items(one, "messages")]
        if message[1] in sent or not sent:
            tags |= {document.text(tag, "name") for tag in document.items(one, "tags")}
    return tags.pop() if len(tags) == 1 else None


def consumers(
    document: AsyncApiDocument, of_channel: list[tuple[str, Part]], queue: str, translation: Translation
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield who consumes a queue, as our own export names the operations: ``NAME.consume.QUEUE``."""
    for name, one in _acting(of_channel, "receive"):
        consumer = name.removesuffix(f".consume.{queue}")
        if consumer not in (name, ""):
            owner = document.only_tag(one, f"of the operation {name!r}", translation)
            yield consumer, said(owner=owner, summary=document.text(one, "summary"))
        elif name != f"consume.{queue}":
            translation.leave_out(f"who receives by the operation {name!r}", one[1])


def keys(document: AsyncApiDocument, of_channel: list[tuple[str, Part]]) -> list[str]:
    """Return the routing keys that operations say which receive."""
    return [key for _, one in _acting(of_channel, "receive") for key in document.strings(document.amqp(one), "cc")]


def _acting(of_channel: list[tuple[str, Part]], action: str) -> list[tuple[str, Part]]:
    return [(name, one) for name, one in of_channel if one[0].get("action") == action]
