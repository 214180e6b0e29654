"""Lines of a log that anybody can cause: few, however many there would be."""

import logging
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

REFUSALS = logging.getLogger("edatool.gateway")
"""Where it is told why requests are refused."""
_EVERY = 10.0
"""Seconds in which there is one line of a kind."""


class FewLines(logging.Filter):
    """Lets the first warning of a kind through, and then one in ``every`` seconds, which tells how many were left out.

    Those of one text before its arguments are of a kind. Used in one event loop.
    """

    def __init__(self, every: float = _EVERY) -> None:
        super().__init__()
        self._every = every
        self._quiet_until: dict[str, float] = {}
        self._left_out: Counter[str] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a line is written."""
        if record.levelno > logging.WARNING:
            return True
        kind, now = str(record.msg), time.monotonic()
        if now < self._quiet_until.get(kind, 0.0):
            self._left_out[kind] += 1
            return False
        self._quiet_until[kind] = now + self._every
        if left_out := self._left_out.pop(kind, 0):
            record.msg = f"{kind} (and {left_out} more like it)"
        return True


@contextmanager
def few_lines() -> Iterator[None]:
    """Have few of the lines meanwhile that requests cause."""
    limit, loggers = FewLines(), (REFUSALS, logging.getLogger("uvicorn.error"))
    for one in loggers:
        one.addFilter(limit)
    try:
        yield
    finally:
        for one in loggers:
            one.removeFilter(limit)
