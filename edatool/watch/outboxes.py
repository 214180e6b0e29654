"""Outboxes, looked into."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from edatool.errors import OutboxError
from edatool.runtime.database.dsn import is_dsn, of_dsn
from edatool.runtime.database.sqlite import existing
from edatool.runtime.outbox.schema import OUTBOX
from edatool.runtime.outbox.status import status
from edatool.watch.status import WatchedOutbox


def look_into(outbox: str | os.PathLike[str]) -> WatchedOutbox:
    """Return what is in an outbox, a file or a URL, or why nobody can tell.

    Raises:
        WrongUsage: it is no such URL, or psycopg is not installed.
    """
    name = _without_user(outbox) if is_dsn(outbox) else os.fspath(outbox)
    try:
        database = of_dsn(outbox, OUTBOX) if is_dsn(outbox) else existing(Path(outbox), OUTBOX)
    except OutboxError as error:
        return WatchedOutbox(name, None, str(error))
    try:
        return WatchedOutbox(name, status(database))
    except OutboxError as error:
        return WatchedOutbox(name, None, str(error))
    finally:
        database.close()


def _without_user(url: str) -> str:
    """Return a URL without the user and the password, which may stand behind its question mark, too."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()
