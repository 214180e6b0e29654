"""A program that stays, and gets event after event."""

import json
import os
import selectors
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.consume.failures import Drop, Reject, Retry
from edatool.runtime.triggers.attributes import attributes
from edatool.runtime.triggers.failed import ActionFailed
from edatool.runtime.triggers.processes import Processes
from edatool.runtime.triggers.program import require_program

LONGEST_ANSWER = 64 * 1024
"""The most bytes of a line that a program answers."""
_AT_ONCE = 64 * 1024


class WarmProgram:
    """Keeps a command running, one for each thread that handles events, and speaks lines of JSON with it.

    It reads a line for each event, a CloudEvent in JSON with the payload under ``data``, and answers each with a line
    ``{"outcome": "done"}``, or ``retry``, ``reject`` or ``drop`` with a ``reason``. One that dies, answers anything
    else or takes too long is started anew for the next event.
    """

    def __init__(self, command: Sequence[str], timeout: float) -> None:
        """Take a command, and the seconds that it may take for each event.

        Raises:
            WrongUsage: there is no such program.
        """
        require_program(command[0])
        self._command, self._timeout = command, timeout
        self._idle: list[_Running] = []
        self._processes = Processes()
        self._lock = threading.Lock()

    def __call__(self, event: ConsumedEvent) -> None:
        """Hand an event over, and wait for the answer.

        Raises:
            Retry, Reject, Drop: it answered that.
            ActionFailed: it died, took too long, answered what nobody understands, or could not be started.
        """
        line = json.dumps({**attributes(event), "data": event.payload}).encode() + b"\n"
        running = self._take()
        try:
            answer = running.ask(line, self._timeout)
        except ActionFailed:
            running.end()
            raise
        with self._lock:
            self._idle.append(running)
        _raise(answer, self._command[0])

    def close(self) -> None:
        """Kill all of them."""
        self._processes.kill()
        for one in self._idle:
            one.end()

    def _take(self) -> "_Running":
        with self._lock:
            if self._idle:
                return self._idle.pop()
        stack = ExitStack()
        process = stack.enter_context(
            self._processes.started(self._command, None, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        )
        return _Running(self._command[0], process, stack)


@dataclass(slots=True)
class _Running:
    name: str
    process: subprocess.Popen[bytes]
    stack: ExitStack
    _said: bytes = field(default=b"")

    def ask(self, line: bytes, timeout: float) -> object:
        """Send a line, and return the answer: a value of JSON, or raise ActionFailed."""
        until = time.monotonic() + timeout
        said = self._talk(line, until)
        try:
            return json.loads(said)
        except (ValueError, RecursionError):
            raise ActionFailed(f"{self.name} answered what is no line of JSON") from None

    def end(self) -> None:
        self.stack.close()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()

    def _talk(self, line: bytes, until: float) -> bytes:
        """Write and read at once: a program may answer before it has read all, and neither waits for the other."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin
        assert stdout
        os.set_blocking(stdin.fileno(), False)
        said, left = b"", memoryview(line)
        with selectors.DefaultSelector() as selector:
            selector.register(stdin, selectors.EVENT_WRITE)
            selector.register(stdout, selectors.EVENT_READ)
            while not said.endswith(b"\n"):
                ready = selector.select(max(until - time.monotonic(), 0))
                if not ready:
                    raise ActionFailed(f"{self.name} was killed, as it took too long to answer")
                for key, _ in ready:
                    if key.fileobj is stdin:
                        left = self._write(stdin.fileno(), left)
                        if not left:
                            selector.unregister(stdin)
                    else:
                        said += self._read(stdout.fileno(), len(said))
        if left or said.count(b"\n") > 1:
            raise ActionFailed(f"{self.name} answered out of turn")
        return said

    def _write(self, to: int, left: memoryview) -> memoryview:
        try:
            return left[os.write(to, left) :]
        except BlockingIOError:
            return left
        except BrokenPipeError:
            raise ActionFailed(f"{self.name} ended before it had read the event") from None

    def _read(self, where: int, so_far: int) -> bytes:
        found = os.read(where, _AT_ONCE)
        if not found:
            raise ActionFailed(f"{self.name} ended before it had answered")
        if so_far + len(found) > LONGEST_ANSWER:
            raise ActionFailed(f"{self.name} answered more than {LONGEST_ANSWER} bytes")
        return found


def _raise(answer: object, name: str) -> None:
    outcome = answer.get("outcome") if isinstance(answer, dict) else None
    reason = answer.get("reason") if isinstance(answer, dict) else None
    why = reason if isinstance(reason, str) else f"{name} said so"
    match outcome:
        case "done":
            return
        case "retry":
            after = answer.get("after") if isinstance(answer, dict) else None
            if isinstance(after, (int, float)):
                raise Retry(after)
            raise ActionFailed(why)
        case "reject":
            raise Reject(why)
        case "drop":
            raise Drop(why)
        case _:
            raise ActionFailed(f"{name} answered no outcome: done, retry, reject or drop")
