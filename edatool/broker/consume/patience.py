"""How long a broker may be silent until it is given up."""

import time
from dataclasses import dataclass, field

ANSWER_WITHIN = 30.0
"""Seconds in which a broker has to answer anything at all."""
END_WITHIN = 10.0
"""Seconds within which everything has ended after it was to end, whatever the broker does."""


@dataclass(slots=True)
class Patience:
    """Times are those of one clock, in seconds."""

    heard: float = field(default_factory=time.monotonic)
    """When the broker last gave an answer, or nothing was asked."""
    blocked: bool = False
    """Whether the broker is short of memory or disk, and answers nothing that it is sent."""
    blocked_or_unblocked: float = 0.0
    """When it last became the one or the other."""
    _end_by: float | None = None

    def hear(self) -> float:
        """Note an answer; return the time."""
        self.heard = time.monotonic()
        return self.heard

    def block(self, *, blocked: bool) -> None:
        """Note that the broker takes nothing for now, or does again."""
        self.blocked = blocked
        self.blocked_or_unblocked = self.hear()

    def end_soon(self, *, anew: bool = False) -> None:
        """Limit the time until the end, from the first call on or ``anew`` from this one."""
        if anew or not self._end_by:
            self._end_by = time.monotonic() + END_WITHIN

    def is_over(self, now: float) -> bool:
        """Tell whether the broker was silent too long."""
        silent = now - self.heard > ANSWER_WITHIN and not self.blocked
        return silent or bool(self._end_by and now > self._end_by)
