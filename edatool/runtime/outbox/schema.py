"""The tables of an outbox, the same in SQLite and in PostgreSQL."""

import json
import zlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from edatool.broker.message import AmqpMessage
from edatool.errors import OutboxError, OutboxFull, OutboxGone
from edatool.runtime.database.tables import Dialect, Tables

LANES = 64
"""Messages of one key are in one lane; a lane is what a relay claims. The number is part of the format."""


class OutboxDestination(NamedTuple):
    """Where a message goes, and so what it is to be in order with; ``vhost`` is empty for that of the broker's URL."""

    vhost: str
    exchange: str
    key: str

    @property
    def lane(self) -> int:
        """The lane of all messages that go there."""
        return zlib.crc32("\0".join(self).encode()) % LANES

    def __str__(self) -> str:
        """Return it as people read it."""
        return f"{self.exchange or '(default exchange)'} [{self.key}]" + (f" on {self.vhost}" if self.vhost else "")


def ddl(dialect: Dialect) -> list[str]:
    """Return the statements that make the tables where they are not there."""
    return [
        f"""\
CREATE TABLE IF NOT EXISTS edatool_outbox (
    seq {dialect.serial},
    lane smallint NOT NULL,
    vhost text NOT NULL,
    exchange text NOT NULL,
    routing_key text NOT NULL,
    event text NOT NULL,
    message_id text NOT NULL,
    app_id text NOT NULL,
    created bigint NOT NULL,
    content_type text NOT NULL,
    headers text NOT NULL,
    body {dialect.bytes} NOT NULL,
    parked text
)""",
        """\
CREATE INDEX IF NOT EXISTS edatool_outbox_waiting
    ON edatool_outbox (lane, seq) WHERE parked IS NULL""",
        """\
CREATE TABLE IF NOT EXISTS edatool_outbox_held (
    vhost text NOT NULL,
    exchange text NOT NULL,
    routing_key text NOT NULL,
    attempts integer NOT NULL,
    due double precision NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (vhost, exchange, routing_key)
)""",
        """\
CREATE TABLE IF NOT EXISTS edatool_outbox_lane (
    lane smallint PRIMARY KEY,
    holder text NOT NULL DEFAULT '',
    until double precision NOT NULL DEFAULT 0
)""",
    ]


OUTBOX = Tables("outbox", ddl, OutboxError, OutboxFull, OutboxGone, "make them with what edatool outbox ddl prints")

FILL_LANES = f"""\
INSERT INTO edatool_outbox_lane (lane)
    WITH RECURSIVE lanes (number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM lanes WHERE number < {LANES - 1})
    SELECT number FROM lanes WHERE true
    ON CONFLICT DO NOTHING"""
"""Adds the lanes where they are not there."""

COLUMNS = "vhost, exchange, routing_key, headers, body, event, message_id, app_id, created, content_type"
INSERT = f"INSERT INTO edatool_outbox (lane, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
"""Adds the values of ``row``."""


def row(message: AmqpMessage, vhost: str) -> tuple[object, ...]:
    """Return the values that INSERT takes."""
    place = OutboxDestination(vhost, message.exchange, message.key)
    return (
        place.lane,
        *place,
        json.dumps(dict(message.headers), separators=(",", ":")),
        message.body,
        message.type,
        message.message_id,
        message.app_id,
        message.timestamp,
        message.content_type,
    )


def message(values: Sequence[Any]) -> AmqpMessage:
    """Return the message of the values of COLUMNS."""
    _, exchange, key, headers, body, *others = values
    return AmqpMessage(exchange, key, json.loads(headers), bytes(body), *others)
