"""The store of idempotency keys that a file or a DSN names."""

import os
from pathlib import Path

from edatool.runtime.database import sqlite
from edatool.runtime.database.dsn import is_dsn, of_dsn
from edatool.runtime.keys.claims import KeyStore
from edatool.runtime.keys.in_database import KeysInDatabase
from edatool.runtime.keys.in_memory import KeysInMemory
from edatool.runtime.keys.schema import KEY_STORE


def open_keys(where: str | os.PathLike[str] | None, lease: float) -> KeyStore:
    """Return a store, connected and with its table: a file that is made where it is not there, a DSN, or memory.

    Raises:
        WrongUsage: it is no such URL, or psycopg is not installed.
        KeyStoreError: it cannot be used.
    """
    if where is None:
        return KeysInMemory()
    if is_dsn(where):
        return KeysInDatabase(of_dsn(where, KEY_STORE, "FULL", make=True), lease)
    return KeysInDatabase(sqlite.made(Path(where), KEY_STORE, "FULL"), lease)
