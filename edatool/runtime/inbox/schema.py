"""The table of an inbox, the same in SQLite and in PostgreSQL."""

from edatool.errors import InboxError, InboxFull
from edatool.runtime.database.tables import Dialect, Tables


def ddl(dialect: Dialect) -> list[str]:
    """Return the statements that make the table where it is not there."""
    # SQLite keeps the rows in the order of the key, which saves it a second tree.
    ending = " WITHOUT ROWID" if dialect.name == "sqlite" else ""
    return [
        f"""\
CREATE TABLE IF NOT EXISTS edatool_inbox (
    consumer text NOT NULL,
    message_id text NOT NULL,
    state text NOT NULL,
    token bigint NOT NULL,
    until double precision NOT NULL,
    PRIMARY KEY (consumer, message_id)
){ending}""",
        "CREATE INDEX IF NOT EXISTS edatool_inbox_by_age ON edatool_inbox (consumer, token)",
    ]


INBOX = Tables("inbox", ddl, InboxError, InboxFull, InboxError, "make them with what edatool inbox ddl prints")
