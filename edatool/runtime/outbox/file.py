"""An outbox in a file of its own."""

from pathlib import Path

from edatool.runtime.database import sqlite
from edatool.runtime.database.database import Database
from edatool.runtime.outbox.schema import OUTBOX

PATIENCE = 30.0
"""Seconds to wait while other processes write."""
PATIENCE_OF_RELAYS = 10.0
"""The same, well below the lease of their lanes."""


def for_adding(file: Path, limit: int) -> Database:
    """Return a file that is made where it is not there, for adding until it has ``limit`` bytes.

    What is committed is on the disk: it outlives the process, and the machine's power.
    """
    return sqlite.made(file, OUTBOX, "FULL", PATIENCE, limit)


def for_relaying(file: Path) -> Database:
    """Return a file that is made where it is not there, for taking out.

    What the relay did last may be undone where the machine loses its power, so that a message is sent again: the
    broker has it, so its wait for the disk would keep nothing safe.
    """
    return sqlite.made(file, OUTBOX, "NORMAL", PATIENCE_OF_RELAYS)
