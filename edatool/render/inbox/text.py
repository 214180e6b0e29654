"""What is in an inbox, for people."""

from collections.abc import Sequence

from edatool.counted import counted
from edatool.render.moment import duration
from edatool.runtime.inbox.claims import InboxCount
from edatool.visible import joined


def text(counts: Sequence[InboxCount]) -> str:
    """Return a line for each consumer and state."""
    return joined(map(_line, counts)) if counts else "Nothing is remembered."


def _line(one: InboxCount) -> str:
    return f"{one.consumer}: {counted(one.events, 'event')} {one.state}, the oldest claimed {duration(one.age)} ago"
