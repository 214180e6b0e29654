"""Messages into outboxes, and a look at what is in them, for the tests of this folder."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from edatool import Outbox
from edatool.broker.message import AmqpMessage
from edatool.broker.publish.pending import Pending
from edatool.runtime.outbox.file import for_relaying
from edatool.runtime.outbox.schema import INSERT, row
from edatool.runtime.outbox.writer import Keeper

SPEC = """\
edatool: 1
name: shop
events:
  placed: {exchange: e, key: "order.{region}", schema: s.json}
exchanges: {e: {type: topic}}
queues: {q: {}}
bindings: [{queue: q, exchange: e, key: "order.#"}]
"""
SCHEMA = '{"type": "object", "required": ["region"], "properties": {"region": {"type": "string"}}}'


def spec_in(folder: Path) -> str:
    (folder / "routes.yaml").write_text(SPEC)
    (folder / "s.json").write_text(SCHEMA)
    return str(folder / "routes.yaml")


def message(number: int, key: str = "q", exchange: str = "", body: bytes = b"{}") -> AmqpMessage:
    return AmqpMessage(exchange, key, {"n": number, "tier": "gold", "vip": True}, body, "t", str(number), "app", 7)


def fill(file: Path, messages: Iterable[AmqpMessage]) -> None:
    """Put messages into an outbox, made where it is not there."""
    database = for_relaying(file)
    with database.transaction() as run:
        for one in messages:
            run(INSERT, row(one, ""))
    database.close()


def ids_kept(file: Path) -> list[str]:
    """Return the ids of what is in an outbox, in the order of adding."""
    with sqlite3.connect(file) as connection:
        found = [one for (one,) in connection.execute("SELECT message_id FROM edatool_outbox ORDER BY seq")]
    connection.close()
    return found


def keeper(file: Path, **options: Any) -> Keeper:
    return Keeper(Outbox(file, **options), "")


def submitted(keeper: Keeper, one: AmqpMessage) -> Pending:
    pending = keeper.submit(one)
    assert pending
    return pending


def outcome(pending: Pending) -> str | None:
    pending.wait()
    return pending.outcome
