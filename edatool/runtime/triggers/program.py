"""A program that is started for each event."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import IO

from edatool.errors import WrongUsage
from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.consume.failures import Reject
from edatool.runtime.triggers.attributes import attributes, payload_text
from edatool.runtime.triggers.failed import ActionFailed

REFUSED = os.EX_DATAERR
"""The exit code that says that the event can never be handled (65, ``EX_DATAERR`` of sysexits.h)."""


class Program:
    """Runs a command, without a shell: the payload is its standard input, the attributes are in its environment.

    Those are ``CE_ID``, ``CE_TYPE`` and so on. Exit code 0 is success, 65 a refusal for good, and any other a failure.
    What it prints goes where our own output goes. What it has started ends with it.
    """

    def __init__(self, command: Sequence[str], timeout: float) -> None:
        """Take a command, and the seconds that it may take.

        Raises:
            WrongUsage: there is no such program.
        """
        self._command, self._timeout = command, timeout
        self._running: set[subprocess.Popen[bytes]] = set()
        require_program(command[0])

    def __call__(self, event: ConsumedEvent) -> None:
        """Run it.

        Raises:
            Reject: it refused the event.
            ActionFailed: it failed, took too long, or could not be started.
        """
        # A file, not a pipe: whether and when somebody reads it holds up nobody.
        with tempfile.TemporaryFile() as payload:
            payload.write(payload_text(event))
            payload.seek(0)
            code = self._run(environment(event), payload)
        if code == REFUSED:
            raise Reject(f"{self._command[0]} refused it (exit code {code})")
        if code:
            how = f"exit code {code}" if code > 0 else f"signal {-code}"
            raise ActionFailed(f"{self._command[0]} ended with {how}")

    def _run(self, own: Mapping[str, str], payload: IO[bytes]) -> int:
        with started(self._command, own, self._running, stdin=payload) as process:
            try:
                return process.wait(self._timeout)
            except subprocess.TimeoutExpired:
                raise ActionFailed(f"{self._command[0]} was killed, as it took over {self._timeout:g} s") from None

    def close(self) -> None:
        """Kill what still runs."""
        for process in list(self._running):
            kill(process)


def require_program(name: str) -> None:
    """Refuse a program that is not there.

    Raises:
        WrongUsage: as said.
    """
    if shutil.which(name) is None:
        raise WrongUsage(f"there is no program {name!r} to run: install it, or give its path")


def environment(event: ConsumedEvent) -> dict[str, str]:
    """Return the environment that a program gets for an event.

    Raises:
        Reject: an attribute cannot be in an environment.
    """
    own = attributes(event)
    for name, value in own.items():
        if "\0" in value:
            raise Reject(f"its attribute {name} has a NUL in it, which no environment can hold")
    variables = {f"CE_{name.upper()}": value for name, value in own.items()}
    trace = {"TRACEPARENT": own["traceparent"]} if "traceparent" in own else {}
    return {**os.environ, **variables, **trace}


@contextmanager
def started(
    command: Sequence[str],
    own: Mapping[str, str] | None,
    running: set[subprocess.Popen[bytes]],
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
    running.add(process)
    try:
        yield process
    finally:
        # Also where it has ended by itself: what it has started goes on.
        kill(process)
        process.wait()
        running.discard(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that was started here, with all that it has started; but what has become another user's stays."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
