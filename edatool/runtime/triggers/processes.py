"""The processes that an action has started, each with all that it has started itself."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import IO

from edatool.runtime.triggers.failed import ActionFailed


class Processes:
    """Starts processes in any thread, and kills all that run; from then on also those that are only just started."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._killed = False

    @contextmanager
    def started(
        self,
        command: Sequence[str],
        own: Mapping[str, str] | None,
        *,
        stdin: int | IO[bytes],
        stdout: int | None = None,
    ) -> Iterator[subprocess.Popen[bytes]]:
        """Start a command in a process group of its own, which is gone after the context.

        Raises:
            ActionFailed: it could not be started.
        """
        try:
            # In a session of its own Ctrl-C does not reach it: it gets done with its event before we end.
            process = subprocess.Popen(command, env=own, stdin=stdin, stdout=stdout, start_new_session=True)
        except OSError as error:
            raise ActionFailed(f"{command[0]} could not be started: {error.strerror}") from None
        self._running.add(process)
        if self._killed:  # who killed the others may have looked before this one was among them
            _kill(process)
        try:
            yield process
        finally:
            # Also where it has ended by itself: what it has started goes on.
            _kill(process)
            process.wait()
            self._running.discard(process)

    def kill(self) -> None:
        """Kill what runs."""
        self._killed = True
        for process in list(self._running):
            _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with all that it has started; but what has become another user's stays."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
