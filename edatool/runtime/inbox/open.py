"""The inbox that a file or a DSN names."""

import os
from pathlib import Path

from edatool.runtime.database import sqlite
from edatool.runtime.database.dsn import is_dsn, of_dsn
from edatool.runtime.inbox.inbox import Inbox
from edatool.runtime.inbox.redis import RedisStore
from edatool.runtime.inbox.schema import INBOX
from edatool.runtime.inbox.sql import SqlStore
from edatool.spec.consuming import RETENTION

PATIENCE = 10.0
"""Seconds to wait while other processes write to a file."""


def open_inbox(where: str | os.PathLike[str], retention: float = RETENTION, *, make: bool = True) -> Inbox:
    """Return an inbox, which is connected to when it is used.

    Args:
        where: a file; or ``postgresql://user:password@host/name`` or ``sqlite:///file``, a service's database with the
            table that ``edatool inbox ddl`` prints; or ``redis[s]://user:password@host:port/number``.
        retention: for how many seconds an event is remembered after it was last claimed.
        make: whether a file is made where it is not there.

    Raises:
        WrongUsage: it is no such URL, or the library that it takes is not installed.
    """
    if is_dsn(where) and where.partition("://")[0] in ("redis", "rediss"):
        return Inbox(RedisStore(where, retention))
    if is_dsn(where):
        return Inbox(SqlStore(of_dsn(where, INBOX, "FULL"), retention))
    file = Path(where)
    made = sqlite.made(file, INBOX, "FULL", PATIENCE) if make else sqlite.existing(file, INBOX, "FULL")
    return Inbox(SqlStore(made, retention))
