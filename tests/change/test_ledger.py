import base64
import json
import zlib
from dataclasses import asdict
from typing import Any

import pytest

from edatool.change.ledger import (
    HISTORY,
    Ledger,
    LedgerEntry,
    begun,
    finished,
    released,
)
from edatool.change.ledger_format import from_json, to_json
from edatool.change.replacing import replacement
from edatool.change.replacing.replacement import Replacement
from edatool.errors import NeedsPerson
from edatool.routing.topology import Binding, Exchange, Policy, Queue, topology

E, Q, P = Exchange("e", "topic"), Queue("q", arguments={"x-queue-type": "quorum"}), Policy("p", "^q")
ALL = topology([E], [Q], [Binding("e", "q", key="k")], [P])
NAME = "edatool:/:shop"
ENTRY = LedgerEntry(1, "2026-11-25T12:00:00Z", "ann@desk", None, created=1, changed=0, removed=0)


def entry(serial: int) -> LedgerEntry:
    return LedgerEntry(serial, "2026-11-25T12:00:00Z", "ann@desk", "abc", created=1, changed=0, removed=0)


def test_a_ledger_is_the_same_after_it_was_kept() -> None:
    ledger = finished(
        begun(Ledger("shop", "/"), entry(1), ALL), ALL, [Queue("old", arguments={"x-queue-type": "classic"})]
    )
    assert from_json(to_json(ledger), NAME) == ledger


def test_what_will_be_made_is_ours_before_it_is_made() -> None:
    before = finished(begun(Ledger("shop", "/"), entry(1), topology([E])), topology([E]), [])
    ledger = begun(before, entry(2), topology(queues=[Q]))
    assert ledger.objects == topology([E], [Q])
    assert (ledger.serial, ledger.complete) == (2, False)


def test_after_an_apply_only_what_it_wanted_is_ours_and_what_it_deleted_is_remembered() -> None:
    ledger = finished(begun(Ledger("shop", "/", ALL), entry(2), topology([E])), topology([E]), [Q])
    assert (ledger.objects, ledger.removed, ledger.complete) == (topology([E]), topology(queues=[Q]), True)
    back = finished(begun(ledger, entry(3), topology(queues=[Q])), topology(queues=[Q]), [E])
    assert back.removed == topology([E])


def test_what_is_let_go_is_no_longer_ours_and_is_not_remembered_as_removed() -> None:
    ledger = released(Ledger("shop", "/", ALL), [Q])
    assert ledger.objects.queues == {}
    assert ledger.removed == topology()


def test_the_history_is_bounded() -> None:
    ledger = Ledger("shop", "/")
    for serial in range(1, HISTORY + 3):
        ledger = begun(ledger, entry(serial), topology())
    assert len(ledger.history) == HISTORY
    assert ledger.serial == HISTORY + 2


def packed(text: bytes) -> str:
    return base64.b64encode(zlib.compress(text)).decode()


def forged(**of: Any) -> dict[str, Any]:
    """Return a ledger in which a field of a queue is something else."""
    queue = {"name": "q", "type": "classic", "durable": True, "auto_delete": False, "arguments": {}, **of}
    return {"objects": packed(json.dumps({"queues": [queue]}).encode())}


def replacing(old: Queue | Exchange, new: Queue | Exchange) -> str:
    return json.dumps({f"queue {new.name}": replacement.as_json(Replacement(old, new, (), ()))})


VERSIONS: list[object] = [None, True, 0, -1, 1.0, "1", [], {}]
OBJECTS: list[object] = [None, True, 1, 1.5, [], {}, "", packed(b"[" * 100_000), packed(b"null")]


@pytest.mark.parametrize(
    "damage",
    [
        *({"format_version": version} for version in VERSIONS),
        *({"objects": value} for value in OBJECTS),
        *({"removed": packed(text)} for text in (b"1", b'{"queues": {}}', b'{"queues": ["q"]}', b'{"vhosts": ["/"]}')),
        *({"history": value} for value in ("1", "null", '{"a": 1}', '["x"]', "[" * 100_000, 5)),
        {"history": json.dumps([{**asdict(ENTRY), "serial": "one"}])},
        {"history": json.dumps([{**asdict(ENTRY), "serial": True}])},
        {"history": json.dumps([{**asdict(ENTRY), "complete": None}])},
        *({"replacing": value} for value in ("1", "[]", '{"queue q": 1}', '{"queue q": {}}')),
        {"replacing": replacing(Q, Q)},  # of a queue that the ledger does not have
        forged(name=5),
        forged(name=["q"]),
        forged(arguments=[1]),
        forged(durable="yes"),
        {"objects": "no base64!"},
        {"objects": base64.b64encode(b"not compressed").decode()},
        {"objects": base64.b64encode(zlib.compress(b"[]")).decode()},
        {"objects": base64.b64encode(zlib.compress(b"{}" * 999)[:9]).decode()},
        {"history": "["},
        {"history": '[{"serial": 1}]'},
        {"replacing": None},
    ],
)
def test_a_damaged_ledger_is_refused_with_the_way_out(damage: dict[str, Any]) -> None:
    with pytest.raises(
        NeedsPerson, match=r"the ledger of 'shop' in the vhost '/' cannot be read .*'edatool:/:shop'.*--adopt"
    ):
        from_json({**to_json(Ledger("shop", "/")), **damage}, NAME)


def test_a_record_of_a_replacement_is_of_one_queue_that_the_ledger_has() -> None:
    kept = to_json(Ledger("shop", "/", ALL))
    assert from_json({**kept, "replacing": replacing(Queue("q"), Q)}, NAME).replacing.keys() == {"queue q"}
    with pytest.raises(NeedsPerson, match="is not of what the ledger has"):
        from_json({**kept, "replacing": replacing(Queue("theirs"), Q)}, NAME)


def test_only_a_yes_agrees_to_lose_messages_by_a_replacement_that_is_under_way() -> None:
    kept = to_json(Ledger("shop", "/", ALL))
    forged = json.loads(replacing(Queue("q"), Q))
    forged["queue q"]["discard"] = "false"
    with pytest.raises(NeedsPerson, match="discard is 'false'"):
        from_json({**kept, "replacing": json.dumps(forged)}, NAME)


def test_a_ledger_of_a_later_edatool_is_refused() -> None:
    with pytest.raises(NeedsPerson, match="later edatool"):
        from_json({**to_json(Ledger("shop", "/")), "format_version": 2}, NAME)
