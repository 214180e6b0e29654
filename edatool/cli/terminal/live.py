"""A terminal that shows how something is now, until Ctrl-C: on the alternate screen, redrawn where its size changes."""

import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from typing import Generic, NoReturn, TextIO, TypeVar

from edatool.cli.terminal.screen import Screen

Seen = TypeVar("Seen")

_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
"""The alternate screen without a cursor, and back: what was on the terminal before is there again."""
_TICK = 1.0
"""Seconds after which it is drawn again at the latest, so that one sees how old it is."""
_TERMINATED = 128 + signal.SIGTERM


def show_live(
    look: Callable[[], Seen], lines: Callable[[Seen | None], Sequence[str]], below: Callable[[], str]
) -> NoReturn:
    """Draw the ``lines`` of what ``look`` saw last, None at first, until Ctrl-C, which ends all as it does elsewhere.

    ``look`` works in a thread of its own, again and again, and waits itself: however long it takes, the screen
    answers to a change of its size, to Ctrl-Z and to Ctrl-C. What it raises ends all of it.
    """
    looking = _Looking(look)
    seen: Seen | None = None
    with _alternate_screen(sys.stdout) as shown_again, looking.begun():
        screen = Screen(sys.stdout)
        while True:
            screen.draw(lines(seen), below())
            select.select([looking.woken], [], [], _TICK)
            if shown_again():
                screen = Screen(sys.stdout)
            seen = looking.newest(seen)


class _Looking(Generic[Seen]):
    """Looks in a thread; a byte comes out of ``woken`` when there is news, a signal among them."""

    def __init__(self, look: Callable[[], Seen]) -> None:
        self._look = look
        self._found: SimpleQueue[Seen | Exception] = SimpleQueue()
        self.woken, self._wake = os.pipe()
        for end in (self.woken, self._wake):
            os.set_blocking(end, False)

    @contextmanager
    def begun(self) -> Iterator[None]:
        before = signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        # It may wait for an answer when all ends, which nobody is to wait for.
        threading.Thread(target=self._go_on, daemon=True).start()
        try:
            yield
        finally:
            signal.set_wakeup_fd(before)

    def newest(self, seen: Seen | None) -> Seen | None:
        """Return what was seen last, or else what is given.

        Raises:
            Exception: looking failed.
        """
        with suppress(BlockingIOError):
            os.read(self.woken, 4096)
        while not self._found.empty():
            found = self._found.get()
            if isinstance(found, Exception):
                raise found
            seen = found
        return seen

    def _go_on(self) -> None:
        try:
            while True:
                self._tell(self._look())
        except Exception as error:  # noqa: BLE001 - for the thread that shows it
            self._tell(error)

    def _tell(self, found: "Seen | Exception") -> None:
        self._found.put(found)
        os.write(self._wake, b".")


@contextmanager
def _alternate_screen(terminal: TextIO) -> Iterator[Callable[[], bool]]:
    """Have the alternate screen; yields what tells whether all of it is to be drawn anew.

    Ctrl-Z gives the terminal back while the process is stopped, and SIGTERM before it ends.
    """
    anew = [False]

    def stop(*_: object) -> None:
        _write(terminal, _LEAVE)
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)  # goes on here when it is continued
        signal.signal(signal.SIGTSTP, stop)
        _write(terminal, _ENTER)
        anew[0] = True

    def resize(*_: object) -> None:
        anew[0] = True

    def end(*_: object) -> None:
        sys.exit(_TERMINATED)

    handlers = {signal.SIGTSTP: stop, signal.SIGWINCH: resize, signal.SIGTERM: end}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}

    def shown_again() -> bool:
        found, anew[0] = anew[0], False
        return found

    _write(terminal, _ENTER)
    try:
        yield shown_again
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _write(terminal, _LEAVE)


def _write(terminal: TextIO, text: str) -> None:
    terminal.write(text)
    terminal.flush()
