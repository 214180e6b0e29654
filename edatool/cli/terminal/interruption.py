"""Ctrl-C and SIGTERM as a wish: to end soon, and in order."""

import signal
from collections.abc import Iterator
from contextlib import suppress
from types import FrameType, TracebackType
from typing import TypeVar

Item = TypeVar("Item")


class _Asked(Exception):
    """Raised where nothing can be lost: while the next item is waited for."""


class Interruption:
    """A context manager in which the first SIGINT or SIGTERM only ends ``until_asked``; the second one ends all."""

    def __init__(self) -> None:
        self.asked = False
        self._waiting = False
        self._before: dict[int, object] = {}

    def __enter__(self) -> "Interruption":
        for one in (signal.SIGINT, signal.SIGTERM):
            self._before[one] = signal.signal(one, self._on_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._restore()

    def until_asked(self, items: Iterator[Item]) -> Iterator[Item]:
        """Yield items until a signal comes, also while the next one is waited for."""
        with suppress(_Asked):
            while not self.asked:
                self._waiting = True
                try:
                    item = next(items)
                except StopIteration:
                    return
                finally:
                    self._waiting = False
                yield item

    def _on_signal(self, *_: int | FrameType | None) -> None:
        self.asked = True
        self._restore()
        if self._waiting:
            raise _Asked

    def _restore(self) -> None:
        for one, before in self._before.items():
            # None is one that was not set by Python.
            signal.signal(one, before or signal.SIG_DFL)  # type: ignore[arg-type]
