"""How many events became what."""

import threading
from dataclasses import dataclass, field

OUTCOMES = ("done", "retried", "dead", "dropped", "filtered", "repeated")


@dataclass(slots=True)
class ConsumerCounts:
    """Each event that was taken is one of these."""

    done: int = 0
    retried: int = 0
    """It failed, and is tried again."""
    dead: int = 0
    """It was sent to the dead letters."""
    dropped: int = 0
    filtered: int = 0
    """It did not match a filter."""
    repeated: int = 0
    """The inbox knew that it was handled before."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def add(self, name: str) -> None:
        """Count one; any thread may."""
        with self._lock:
            setattr(self, name, getattr(self, name) + 1)

    def items(self) -> list[tuple[str, int]]:
        """Return all counts with their names."""
        return [(name, getattr(self, name)) for name in OUTCOMES]
