"""The table of idempotency keys, the same in SQLite and in PostgreSQL."""

from edatool.errors import KeyStoreError
from edatool.runtime.database.tables import Dialect, Tables


def ddl(dialect: Dialect) -> list[str]:
    """Return the statements that make the table where it is not there."""
    ending = " WITHOUT ROWID" if dialect.name == "sqlite" else ""
    return [
        f"""\
CREATE TABLE IF NOT EXISTS edatool_key_store (
    name text PRIMARY KEY,
    request text NOT NULL,
    owner text NOT NULL,
    answer text,
    until double precision NOT NULL
){ending}""",
        "CREATE INDEX IF NOT EXISTS edatool_key_store_by_age ON edatool_key_store (until)",
    ]


KEY_STORE = Tables(
    "key store", ddl, KeyStoreError, KeyStoreError, KeyStoreError, way_out="it is made when the gateway is started"
)
