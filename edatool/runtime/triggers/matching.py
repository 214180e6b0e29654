"""An action for those events only that match a filter."""

from collections.abc import Callable

from edatool.filters.content import Content
from edatool.filters.matches import matches
from edatool.filters.pattern import Filter
from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.consume.failures import NotMatched


def matching(wanted: Filter, act: Callable[[ConsumedEvent], object]) -> Callable[[ConsumedEvent], None]:
    """Return an action that is not taken for what does not match."""

    def act_on_matching(event: ConsumedEvent) -> None:
        if not matches(wanted, seen_by_filters(event)):
            raise NotMatched("it does not match the filter")
        act(event)

    return act_on_matching


def seen_by_filters(event: ConsumedEvent) -> Content:
    """Return an event as filters see it."""
    return Content(event.payload, event.key, event.headers, event.name or None)
