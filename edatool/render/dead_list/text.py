"""What is in a dead-letter queue, for people."""

from collections.abc import Iterator

from edatool.counted import counted
from edatool.render.moment import moment
from edatool.runtime.dead_letters.groups import DeadGroup, DeadList
from edatool.visible import joined


def text(found: DeadList) -> str:
    """Return a line for each queue and reason, the most frequent first."""
    return joined(_lines(found))


def _lines(found: DeadList) -> Iterator[str]:
    meant = sum(one.messages for one in found.groups)
    of = "" if meant == found.visited else f" of {found.visited} looked at"
    rest = f"; {found.waiting - found.visited} more were not looked at" if found.waiting > found.visited else ""
    yield f"{found.queue}: {counted(meant, 'dead letter')}{of}{rest}"
    for one in found.groups:
        yield f"  {one.messages} from {_kind(one)}: {_when(one)}"
    if found.moved_back:
        yield f"  at its end now, as another look was one too many: {counted(found.moved_back, 'message')}"


def _kind(one: DeadGroup) -> str:
    queue = f"queue {one.queue}" if one.queue else "an unknown queue"
    return ", ".join((queue, one.reason or "for an unknown reason", *([one.error] if one.error else [])))


def _when(one: DeadGroup) -> str:
    if one.oldest is None or one.newest is None:
        return "nothing tells when"
    if one.oldest == one.newest:
        return moment(one.oldest)
    return f"{moment(one.oldest)} to {moment(one.newest)}"
