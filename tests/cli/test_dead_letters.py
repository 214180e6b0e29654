"""edatool dead-letters on a shop whose orders are given up."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from edatool.broker.declare.operations import Operation, run
from edatool.routing.topology import Queue
from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun
from tests.runtime.dead_letters.cemetery import Cemetery, cemetery
from tests.sessions import session_of

REJECTED = "rejected"


@pytest.fixture
def there(shop: Path, vhost: Vhost, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cemetery]:
    monkeypatch.setenv("EDATOOL_BROKER", vhost.url)
    monkeypatch.setenv("EDATOOL_MANAGEMENT", vhost.management)
    spec = shop / "routes.yaml"
    spec.write_text(spec.read_text() + 'filters: {dear: {data.total: [{numeric: [">", 1]}]}}\n')
    with cemetery(vhost) as found:
        yield found


def test_they_are_counted_shown_and_replayed(there: Cemetery, edatool: EdatoolRun) -> None:
    there.bury([1, 2])
    there.publish("", "dead", b'{"region": "\x1b[2J"}', message_id="poison", type="order.placed")
    listed = edatool("dead-letters", "list", "dead").out.splitlines()
    assert listed[0] == "dead: 3 dead letters"
    assert listed[1].startswith("  2 from queue orders, rejected: 20")
    assert listed[2] == "  1 from an unknown queue, for an unknown reason: nothing tells when"
    shown = edatool("dead-letters", "show", "dead").out
    assert "order.placed m1 (28 bytes)\n  was published to exchange events with the key 'order.eu.placed'\n" in shown
    assert "today it keeps the contract of order.placed\n  published again, it would reach orders\n" in shown
    assert "today it breaks the contract of order.placed:\n    line 1" in shown
    assert "\x1b" not in shown
    dry = edatool("dead-letters", "replay", "dead", "--dry-run")
    assert "would be replayed: 2 messages\n  m1 and 1 more: to queue orders\n" in dry.out
    done = edatool("dead-letters", "replay", "dead", "--yes")
    assert done.out.startswith("2 messages of dead replayed\nleft, as the contract is broken: 1 message\n  poison: ")
    assert (dry.code, done.code) == (1, 1)
    assert there.ids("dead") == ["poison"]


def test_a_filter_an_age_and_a_reason_choose(there: Cemetery, edatool: EdatoolRun) -> None:
    there.bury([1, 2, 3])

    def chosen(*options: str) -> list[str]:
        found = json.loads(edatool("dead-letters", "show", "dead", "--format", "json", *options).out)
        return [one["id"] for one in found["messages"]]

    assert chosen("--filter", "dear") == ["m2", "m3"]
    assert chosen("--filter", "data.total: [1]") == ["m1"]
    assert chosen("--id", "m2", "--newer", "1h", "--reason", "REJECT", "--from", "orders") == ["m2"]
    assert chosen("--older", "1h") == chosen("--error", "Timeout") == []
    assert edatool("dead-letters", "list", "dead", "--older", "soon").code == 2
    assert edatool("dead-letters", "list", "dead", "--filter", "cheap").code == 2
    assert edatool("dead-letters", "list", "dead", "--offset", "last").code == 2


def test_a_poisoned_one_is_edited_and_replayed(
    there: Cemetery, edatool: EdatoolRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there.bury([1])
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nsed -i \'s/"total": 1/"total": -1/\' "$1"\n')
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    wrong = edatool("dead-letters", "edit", "dead", "m1")
    assert "0 messages of dead edited and replayed\nleft, as the contract is broken: 1 message\n" in wrong.out
    editor.write_text('#!/bin/sh\nsed -i \'s/"total": 1/"total": 9/\' "$1"\n')
    assert edatool("dead-letters", "edit", "dead", "m1").out == "1 message of dead edited and replayed\n"
    ((_, properties, body),) = there.take("orders")
    assert json.loads(body) == {"region": "eu", "total": 9}
    assert properties.headers["x-edatool-edited"][0].endswith(": /total: 1 became 9")
    editor.write_text("#!/bin/sh\n")
    there.bury([2])
    assert edatool("dead-letters", "edit", "dead", "m2").err.endswith("nothing was changed: it stays\n")


def test_they_are_moved_dropped_exported_and_put_back(there: Cemetery, edatool: EdatoolRun, vhost: Vhost) -> None:
    run(session_of(vhost), [Operation("create", Queue("parked"))])
    there.bury([1, 2, 3])
    moved = edatool("dead-letters", "move", "dead", "--id", "m1", "--to-queue", "parked", "--yes")
    assert moved.out == "1 message of dead moved\n"
    dropped = edatool("dead-letters", "drop", "dead", "--id", "m2", "--backup", "gone.jsonl", "--yes")
    assert dropped.out == "1 message of dead dropped, and kept in gone.jsonl\n"
    assert edatool("dead-letters", "export", "dead", "-o", "left.jsonl").err.endswith("1 message written\n")
    assert edatool("dead-letters", "import", "parked", "gone.jsonl").out == "1 message put into parked\n"
    assert there.ids("parked") == ["m1", "m2"]
    assert json.loads(Path("left.jsonl").read_text())["properties"]["message_id"] == "m3"


def test_nothing_is_done_unasked(there: Cemetery, edatool: EdatoolRun) -> None:
    there.bury([1])
    for command in (("replay", "dead"), ("move", "dead", "--to-queue", "x"), ("drop", "dead", "--backup", "b")):
        assert edatool("dead-letters", *command).code == 5
    assert edatool("dead-letters", "replay", "dead", "--to-exchange", "--to-queue", "x").code == 2
    assert there.ids("dead") == ["m1"]


def test_an_unroutable_one_is_an_error(there: Cemetery, edatool: EdatoolRun) -> None:
    there.bury([1])
    there.channel.queue_delete("orders")
    result = edatool("dead-letters", "replay", "dead", "--yes", "--format", "json")
    assert result.code == 6
    assert json.loads(result.out)["messages"] == [
        {"id": "m1", "outcome": "unroutable", "why": "there is no queue orders"}
    ]


def test_without_a_spec_payloads_are_not_checked_which_is_said(there: Cemetery, edatool: EdatoolRun) -> None:
    there.bury([1])
    Path("routes.yaml").unlink()
    result = edatool("dead-letters", "replay", "dead", "--yes")
    assert (result.code, result.out) == (0, "1 message of dead replayed\n")
    assert result.err == "edatool: there is no routes.yaml here: payloads are not checked\n"


def test_an_inbox_lets_it_be_handled_again(there: Cemetery, edatool: EdatoolRun, tmp_path: Path) -> None:
    headers = {"x-edatool-consumer": "billing", "x-edatool-queue": "orders"}
    body = b'{"region": "eu", "total": 1}'
    there.publish("", "dead", body, message_id="m1", type="order.placed", headers=headers)
    assert edatool("dead-letters", "replay", "dead", "--inbox", str(tmp_path / "inbox.db"), "--yes").code == 0
