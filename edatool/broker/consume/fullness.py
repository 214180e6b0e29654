"""Which destinations take no messages for now, and when one of them is tried again."""

from dataclasses import dataclass, field

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds until a destination that did not take a message is tried again: twice as many each time."""


@dataclass(slots=True)
class _Full:
    until: float
    pause: float = FIRST_PAUSE
    tried: bool = False


@dataclass(slots=True)
class Fullness:
    """Destinations by name; times are those of one clock, in seconds."""

    _full: dict[str, _Full] = field(default_factory=dict)

    def may_try(self, destination: str, now: float) -> bool:
        """Tell whether a message may be sent; to a full destination a single one from time to time."""
        one = self._full.get(destination)
        if one is None:
            return True
        if now < one.until:
            return False
        one.until, one.tried = now + one.pause, True
        return True

    def refused(self, destination: str, now: float) -> None:
        """Note that a message was not taken."""
        one = self._full.get(destination)
        if one is None:
            self._full[destination] = _Full(now + FIRST_PAUSE)
        elif one.tried:  # else it was on its way already when the first one was refused
            pause = min(2 * one.pause, LONGEST_PAUSE)
            self._full[destination] = _Full(now + pause, pause)

    def taken(self, destination: str) -> bool:
        """Note that a message was taken; tell whether the destination was full."""
        return self._full.pop(destination, None) is not None
