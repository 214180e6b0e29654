"""A socket that takes connections, also where there is no file descriptor left for one."""

import errno
import os
import socket
from contextlib import suppress
from typing import Any

from edatool.gateway.few_lines import REFUSALS

_NONE_LEFT = (errno.EMFILE, errno.ENFILE)


class ListeningSocket(socket.socket):
    """Ends a connection at once that there is no file descriptor for.

    asyncio would try again to take it, thousands of times in a second, and write a traceback each time. For the end of
    one there is a spare descriptor.
    """

    def __init__(self, bound: socket.socket) -> None:
        """Take the place of a socket that is bound."""
        super().__init__(fileno=bound.detach())
        self._spare: int | None = os.open(os.devnull, os.O_RDONLY)

    def accept(self) -> tuple[socket.socket, Any]:
        """Return the next connection.

        Raises:
            BlockingIOError: there is none, or none that could be taken.
        """
        try:
            return super().accept()
        except OSError as error:
            if error.errno not in _NONE_LEFT:
                raise
        REFUSALS.warning("connections are ended, as no file descriptors are left: raise ulimit -n")
        self._end_next()
        raise BlockingIOError

    def close(self) -> None:
        """Take no more."""
        self._give_spare()
        super().close()

    def _end_next(self) -> None:
        self._give_spare()
        try:
            super().accept()[0].close()
        finally:
            with suppress(OSError):  # somebody else has it now
                self._spare = os.open(os.devnull, os.O_RDONLY)

    def _give_spare(self) -> None:
        if self._spare is not None:
            os.close(self._spare)
            self._spare = None
