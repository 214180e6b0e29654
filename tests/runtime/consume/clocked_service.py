"""A service whose machine's clock is set while it works, in a process of its own: for ``test_clock_jumps``.

Usage: python -m tests.runtime.consume.clocked_service SPEC BROKER INBOX FOLDER
"""

import fcntl
import functools
import os
import sys
import time
from pathlib import Path

from edatool import ConsumedEvent, Consumer
from edatool.runtime.consume import once, settings

LEASE = 1.5


def serve(spec: str, broker: str, inbox: str, folder: Path) -> None:
    """Note in a folder what is done, and what another process does at the same moment."""
    vars(settings)["Once"] = functools.partial(once.Once, lease=LEASE)
    consumer = Consumer(spec, broker, inbox=inbox, workers=8)

    @consumer.on("settled", "failed")
    def handle(event: ConsumedEvent) -> None:
        order = event.payload["order"]
        with (folder / f"{order}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                note(folder / "clashes", order)
                return
            time.sleep(2 * LEASE if int(order) % 10 == 0 else 0.01)
            note(folder / "effects", order)

    consumer.run()


def note(file: Path, line: str) -> None:
    with file.open("ab", buffering=0) as notes:
        os.write(notes.fileno(), f"{line}\n".encode())


if __name__ == "__main__":
    _, own_spec, own_broker, own_inbox, own_folder = sys.argv
    serve(own_spec, own_broker, own_inbox, Path(own_folder))
