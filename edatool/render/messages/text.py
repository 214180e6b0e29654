"""Messages for people."""

import json
from collections.abc import Iterator, Sequence

from edatool.counted import counted
from edatool.render.messages.shown import ShownMessage
from edatool.render.moment import moment
from edatool.runtime.dead_letters.history import DeadMessage
from edatool.runtime.dead_letters.stripped import stripped
from edatool.runtime.dead_letters.today import Today
from edatool.visible import joined

MOST = 2000
"""Characters of a payload that are shown."""


def text(shown: Sequence[ShownMessage]) -> str:
    """Return a few lines for each message."""
    return "\n\n".join(joined(lines(one)) for one in shown) if shown else "no message"


def lines(shown: ShownMessage) -> Iterator[str]:
    """Yield what a message is, where it came from, why it died, what is in it, and what the spec says of it."""
    one, delivery = shown.message, shown.message.visited.delivery
    offset = "" if one.visited.offset is None else f", offset {one.visited.offset}"
    yield f"{delivery.type or 'a message without a type'} {one.id} ({counted(len(delivery.body), 'byte')}{offset})"
    yield f"  {_published(one)}"
    yield from (f"  {line}" for line in _death(one))
    headers = stripped(delivery.headers)
    if headers:
        yield f"  headers: {json.dumps(headers, ensure_ascii=False, default=str, sort_keys=True)}"
    if not one.visited.readable:
        yield "  its headers, exchange or key cannot be read"
    yield f"  payload: {_payload(delivery.body)}"
    if shown.today:
        yield from (f"  {line}" for line in _today(shown.today))


def _published(one: DeadMessage) -> str:
    delivery, origin = one.visited.delivery, one.origin
    if origin.exchange is None or origin.key is None:
        return f"came by {_exchange(delivery.exchange)} with the key {delivery.key!r}"
    return f"was published to {_exchange(origin.exchange)} with the key {origin.key!r}"


def _exchange(name: str) -> str:
    return f"exchange {name}" if name else "the default exchange"


def _death(one: DeadMessage) -> Iterator[str]:
    if one.reason or one.origin.queue:
        by = f" by {one.consumer}" if one.consumer else ""
        when = f" at {moment(one.died)}" if one.died else ""
        error = f" ({one.error})" if one.error else ""
        tried = f", tried {counted(one.attempts, 'time')}" if one.attempts is not None else ""
        yield f"given up{by} in queue {one.origin.queue or '?'}{when}{tried}: {one.reason or '?'}{error}"
    for death in one.deaths:
        since = f", first at {moment(death.time)}" if death.time else ""
        yield f"died in queue {death.queue}: {death.reason}, {counted(death.count, 'time')}{since}"
    if one.replays:
        yield f"replayed {counted(one.replays, 'time')}"
    yield from (f"edited by {edit}" for edit in one.edits)


def _payload(body: bytes) -> str:
    shown = body[: 4 * MOST].decode(errors="backslashreplace")
    return shown if len(shown) <= MOST and len(body) <= 4 * MOST else f"{shown[:MOST]}..."


def _today(today: Today) -> Iterator[str]:
    if today.event is None:
        yield "today: the spec declares no event of this type"
    elif today.violations:
        yield f"today it breaks the contract of {today.event}:"
        yield from (f"  {one}" for one in today.violations)
    else:
        yield f"today it keeps the contract of {today.event}"
    if today.trace:
        if today.trace.refused:
            yield f"published again, it would be refused: {today.trace.refused.reason}"
        else:
            maybe = [f"perhaps {name}" for name in today.trace.maybe]
            yield f"published again, it would reach {', '.join([*today.trace.queues, *maybe]) or 'no queue'}"
