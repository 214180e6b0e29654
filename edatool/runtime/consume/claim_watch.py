"""Claims of other consumers, watched by this process's own clock until it is plain that nobody renews them."""

import threading
import time

from edatool.runtime.inbox.claims import Held

_MOST = 10_000
"""Claims that are remembered; what a consumer has in hand is less."""
Key = tuple[str, str]


class ClaimWatch:
    """Since when claims were seen as they are; for any number of threads.

    Whether a lease is over is not asked of any clock that shows the time of day: those of two machines differ, and one
    that is set forward by a day would end the leases of all who are at work.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[Key, tuple[Held, float]] = {}

    def abandoned(self, key: Key, lease: float) -> Held | None:
        """Return the claim of an event where it was seen unchanged for a lease or longer."""
        with self._lock:
            held, since = self._seen.get(key, (None, 0.0))
        return held if time.monotonic() - since >= lease else None

    def note(self, key: Key, held: Held) -> None:
        """Remember a claim as it was seen just now."""
        with self._lock:
            if self._seen.get(key, (None, 0.0))[0] != held:
                self._seen.pop(key, None)
                self._seen[key] = (held, time.monotonic())
                if len(self._seen) > _MOST:
                    del self._seen[next(iter(self._seen))]

    def forget(self, key: Key) -> None:
        """Remember nothing of an event."""
        with self._lock:
            self._seen.pop(key, None)
