"""A program that is started for each event."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from typing import IO

from edatool.errors import WrongUsage
from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.consume.failures import Reject
from edatool.runtime.triggers.attributes import attributes, payload_text
from edatool.runtime.triggers.failed import ActionFailed
from edatool.runtime.triggers.processes import Processes

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
        self._command, self._timeout, self._processes = command, timeout, Processes()
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
        with self._processes.started(self._command, own, stdin=payload) as process:
            try:
                return process.wait(self._timeout)
            except subprocess.TimeoutExpired:
                raise ActionFailed(f"{self._command[0]} was killed, as it took over {self._timeout:g} s") from None

    def close(self) -> None:
        """Kill what still runs."""
        self._processes.kill()


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
