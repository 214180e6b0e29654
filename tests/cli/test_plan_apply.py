import io
import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from edatool.broker import lock
from edatool.broker.address import parse
from edatool.broker.session import Session
from edatool.cli.main import run
from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun
from tests.processes import Process


def queues(vhost: Vhost) -> set[str]:
    """Return the names of the queues but the lock, which RabbitMQ 4.3 may list a moment longer than it is there."""
    return {one["name"] for one in listed(vhost)}


def listed(vhost: Vhost) -> list[dict[str, Any]]:
    found = vhost.api.get(f"/api/queues/{vhost.quoted}").raise_for_status().json()
    return [one for one in found if one["name"] != lock.QUEUE]


def test_plan_shows_what_apply_then_does_once(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    first = edatool("plan", "--exit-code")
    assert first.code == 3
    assert "+ queue orders (quorum)" in first.out
    assert "5 to create." in first.out
    assert queues(on_broker) == set()
    applied = edatool("apply", "--yes")
    assert applied.code == 0
    assert "5 of 5 steps done" in applied.err
    again = edatool("plan", "--exit-code")
    assert (again.code, "Nothing to do: 5 unchanged." in again.out) == (0, True)
    assert edatool("apply", "--yes").code == 0


def test_plan_lists_what_the_spec_does_not_declare(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    on_broker.api.put(f"/api/queues/{on_broker.quoted}/theirs", json={"durable": True}).raise_for_status()
    result = edatool("apply", "--yes")
    assert "\n1 object of others left alone (-v names them).\n" in result.out
    assert "1 object of others left alone:\n    queue theirs\n" in edatool("plan", "-v").out
    assert "theirs" in queues(on_broker)


def test_plan_as_json(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    planned = json.loads(edatool("plan", "--format", "json").out)
    assert planned["format_version"] == 1
    assert planned["changes"][0] == {
        "action": "create",
        "kind": "exchange",
        "name": "events",
        "type": "topic",
        "arguments": {},
        "durable": True,
        "auto_delete": False,
        "internal": False,
    }
    assert {"unchanged", "foreign", "unseen"} < planned.keys()


class Terminal(io.StringIO):
    """A person who types this."""

    def isatty(self) -> bool:
        return True


def answer(monkeypatch: pytest.MonkeyPatch, typed: str, *arguments: str) -> int:
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    return run(arguments)


@pytest.mark.parametrize(("typed", "code"), [("n\n", 5), ("", 130)])
def test_apply_and_destroy_ask_and_a_no_changes_nothing(
    shop: Path, on_broker: Vhost, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    assert answer(monkeypatch, typed, "apply") == code
    assert queues(on_broker) == set()
    assert answer(monkeypatch, "y\n", "apply") == 0
    assert answer(monkeypatch, typed, "destroy") == code
    assert queues(on_broker) == {"orders", "full"}


@pytest.mark.parametrize("typed", ["", "y\n"])
def test_without_a_terminal_nobody_is_asked_and_nothing_is_changed(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost, typed: str
) -> None:
    refused = edatool("apply", typed=typed)
    assert (refused.code, "give --yes" in refused.err) == (5, True)
    assert queues(on_broker) == set()
    assert edatool("apply", "--yes").code == 0
    refused = edatool("destroy", typed=typed)
    assert (refused.code, "give --yes" in refused.err) == (5, True)
    assert queues(on_broker) == {"orders", "full"}


def test_a_plan_is_for_its_owners_eyes_also_in_a_file_that_was_there(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    there = shop / "there.json"
    there.touch(mode=0o644)
    for file in ("plan.json", "there.json"):
        assert edatool("plan", "--save", file).code == 0
        assert stat.S_IMODE((shop / file).stat().st_mode) == 0o600


def test_a_change_that_needs_a_new_queue_is_shown_and_refused_until_it_is_to_be_replaced(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    edatool("apply", "--yes")
    spec = shop / "routes.yaml"
    spec.write_text(
        spec.read_text().replace("max_length: 1,", "max_length: 2,")
        + "  - {queue: orders, exchange: events, key: new}\n"
    )
    result = edatool("apply", "--yes")
    assert result.code == 5
    assert "\n-/+ queue full: RabbitMQ cannot change this in place\n        x-max-length: 1 -> 2" in result.out
    assert "--replace full" in result.out.partition("Apply refuses this:")[2]
    assert result.err.endswith("edatool: nothing was done, for the reasons at the end of the plan\n")
    assert len(on_broker.api.get(f"/api/bindings/{on_broker.quoted}/e/events/q/orders").json()) == 1
    (shop / "p.json").write_text('{"region": "full", "total": 1}')
    assert edatool("publish", "order.placed", "p.json").code == 0
    agreed = edatool("plan", "--replace", "full").out
    assert "will be replaced: --replace full puts a new one in its place" in agreed
    assert "1 to create, 1 to replace, 4 unchanged." in agreed
    assert "1 that cannot change in place" in edatool("plan").out
    assert json.loads(edatool("plan", "--replace", "full", "--format", "json").out)["ways"][0]["agreed"]
    assert edatool("apply", "--yes", "--replace", "full").code == 0
    assert "Nothing to do" in edatool("plan").out
    moved = on_broker.api.post(
        f"/api/queues/{on_broker.quoted}/full/get", json={"count": 5, "ackmode": "ack_requeue_true", "encoding": "auto"}
    ).json()
    assert [one["payload"] for one in moved] == ['{"region": "full", "total": 1}']
    assert json.loads(edatool("ledger", "--format", "json").out)["ledgers"][0]["replacing"] == []


def test_a_replacement_that_was_interrupted_is_shown_and_gone_on_with(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost, monkeypatch: pytest.MonkeyPatch
) -> None:
    edatool("apply", "--yes")
    spec = shop / "routes.yaml"
    spec.write_text(spec.read_text().replace("full: {max_length: 1,", "full: {type: quorum, max_length: 1,"))

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("edatool.change.replacing.queue.empty_and_swap", interrupt)
        assert edatool("apply", "--yes", "--replace", "full").code == 130
    shown = edatool("plan")
    assert "Under way since an earlier apply: the replacement of queue full" in shown.out
    assert "Nothing to do" in shown.out
    released = edatool("ledger", "--release", "queue full")
    assert (released.code, "queue full is being replaced" in released.err) == (5, True)
    assert edatool("apply", "--yes").code == 0
    there = {one["name"]: one["type"] for one in listed(on_broker)}
    assert there == {"orders": "quorum", "full": "quorum"}
    assert edatool("drift").code == 0


def test_what_others_made_is_taken_over_only_when_told_to(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    arguments = {"x-queue-type": "quorum"}
    body = {"durable": True, "arguments": arguments}
    on_broker.api.put(f"/api/queues/{on_broker.quoted}/orders", json=body).raise_for_status()
    assert "= queue orders (quorum): there already, not made from this spec" in edatool("plan").out
    refused = edatool("apply", "--yes")
    assert (refused.code, "take them over with --adopt" in refused.out) == (5, True)
    assert queues(on_broker) == {"orders"}
    assert edatool("apply", "--yes", "--adopt").code == 0
    assert "Nothing to do" in edatool("plan").out


def test_what_others_made_otherwise_is_not_advised_to_be_replaced(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    on_broker.api.put(f"/api/queues/{on_broker.quoted}/orders", json={"durable": True}).raise_for_status()
    for arguments in (["plan"], ["plan", "--replace", "orders"], ["apply", "--yes"]):
        told = edatool(*arguments)
        assert "it is not this spec's: declare it as it is there or as external" in told.out
        assert "--replace" not in told.out + told.err
        assert "1 that cannot change in place" in told.out


def test_two_specs_of_one_name_do_not_remove_each_others_queues_without_a_word(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    for team in ("a", "b"):
        (shop / f"{team}.yaml").write_text(f"edatool: 1\nname: imported\nqueues: {{team-{team}: {{}}}}\n")
    assert edatool("apply", "--yes", "-f", "a.yaml").code == 0
    sentence = "1 of the 1 objects that applies of this spec have made would go, as where two specs have one name"
    assert f"Apply refuses this:\n  ! {sentence}" in edatool("plan", "-f", "b.yaml").out
    assert edatool("plan", "-f", "b.yaml", "--save", "plan.json").code == 5
    refused = edatool("apply", "--yes", "-f", "b.yaml")
    assert (refused.code, sentence in refused.out) == (5, True)
    assert queues(on_broker) == {"team-a"}
    agreed = edatool("plan", "-f", "b.yaml", "--allow-removals", "--save", "plan.json").out
    assert "Apply refuses" not in agreed
    assert "Agreed to:\n  ! 1 of the 1 objects that applies of this spec have made go (--allow-removals)" in agreed
    assert edatool("apply", "plan.json").code == 0
    assert queues(on_broker) == {"team-b"}
    assert edatool("destroy", "--yes", "-f", "b.yaml").code == 0
    assert queues(on_broker) == set()


def test_what_was_taken_out_of_the_spec_is_removed_and_a_queue_in_use_is_kept(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    edatool("apply", "--yes")
    (shop / "p.json").write_text('{"region": "eu", "total": 1}')
    edatool("publish", "order.placed", "p.json")
    (shop / "routes.yaml").write_text("edatool: 1\nname: shop\nexchanges:\n  events: {type: topic}\n")
    refused = edatool("apply", "--yes")
    assert refused.code == 5
    assert "orders (1 message, 0 consumers)" in refused.err
    assert queues(on_broker) == {"orders", "full"}
    assert edatool("apply", "--yes", "--discard", "orders").code == 0
    assert queues(on_broker) == set()


def test_a_reviewed_plan_is_applied_exactly_and_only_once(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    edatool("plan", "--save", "plan.json")
    (shop / "routes.yaml").unlink()
    assert edatool("apply", "plan.json").code == 0
    assert queues(on_broker) == {"orders", "full"}
    again = edatool("apply", "plan.json")
    assert (again.code, "the broker has changed since this plan was made" in again.err) == (5, True)


def test_a_reviewed_plan_is_refused_when_the_broker_has_changed(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    edatool("plan", "--save", "plan.json")
    on_broker.api.put(f"/api/queues/{on_broker.quoted}/orders", json={"durable": True}).raise_for_status()
    assert edatool("apply", "plan.json").code == 5
    assert queues(on_broker) == {"orders"}


def test_only_the_plan_that_was_reviewed_is_applied_and_the_refusal_names_the_other(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    none = edatool("apply", "--yes", "--reviewed", "none")
    assert (none.code, "no plan was reviewed" in none.err) == (5, True)
    reviewed = none.err.rpartition("--reviewed ")[2].strip()
    on_broker.api.put(
        f"/api/exchanges/{on_broker.quoted}/events", json={"type": "topic", "durable": True}
    ).raise_for_status()
    other = edatool("apply", "--yes", "--adopt", "--reviewed", reviewed)
    assert (other.code, f"plan {reviewed[:12]} was reviewed" in other.err, queues(on_broker)) == (5, True, set())
    on_broker.api.delete(f"/api/exchanges/{on_broker.quoted}/events").raise_for_status()
    assert edatool("apply", "--yes", "--reviewed", reviewed).code == 0
    assert queues(on_broker) == {"orders", "full"}
    assert edatool("apply", "--yes", "--reviewed", reviewed).code == 0  # nothing is to be done


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format_version": 1}'])
def test_a_file_that_is_no_plan_is_a_usage_error(shop: Path, edatool: EdatoolRun, content: str) -> None:
    (shop / "plan.json").write_text(content)
    result = edatool("apply", "plan.json", "--broker", "amqp://localhost")
    assert (result.code, "plan.json" in result.err) == (2, True)


def test_apply_waits_for_another_one_and_says_for_whom(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    there = parse(on_broker.url, on_broker.management)
    with Session(there, on_broker.name) as session, lock.held(session, "ann since noon", 0):
        result = edatool("apply", "--yes", "--wait", "0.3")
    assert result.code == 5
    assert "Waiting up to 0.3 s for another apply on this vhost, ann since noon" in result.err
    assert queues(on_broker) == set()


def test_what_changes_while_a_person_thinks_is_not_applied(
    shop: Path, on_broker: Vhost, monkeypatch: pytest.MonkeyPatch
) -> None:
    def think(*_: object, **__: object) -> bool:
        on_broker.api.put(f"/api/queues/{on_broker.quoted}/orders", json={"durable": True}).raise_for_status()
        return True

    monkeypatch.setattr("click.confirm", think)
    assert answer(monkeypatch, "", "apply") == 5
    assert queues(on_broker) == {"orders"}


def test_destroy_without_knowing_what_is_ours_is_refused(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    edatool("apply", "--yes")
    result = edatool("destroy", "--yes", "--management", "none")
    assert (result.code, "nobody knows what this spec has put there" in result.err) == (5, True)
    assert queues(on_broker) == {"orders", "full"}


def test_destroy_removes_what_this_spec_has_put_there_and_nothing_else(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    on_broker.api.put(f"/api/queues/{on_broker.quoted}/theirs", json={"durable": True}).raise_for_status()
    edatool("apply", "--yes")
    (shop / "p.json").write_text('{"region": "eu", "total": 1}')
    edatool("publish", "order.placed", "p.json")
    refused = edatool("destroy", "--yes")
    assert refused.code == 5
    assert "orders (1 message," in refused.err
    assert queues(on_broker) == {"orders", "full", "theirs"}
    assert edatool("destroy", "--yes", "--discard", "full").code == 5
    removed = edatool("destroy", "--yes", "--discard", "orders")
    assert removed.code == 0
    lost = "! order.placed becomes refused (404, there is no exchange 'events'), losing full, orders"
    assert lost in removed.out
    assert "Agreed to:\n  ! with all that they hold go: queue orders (--discard)\n" in removed.out
    assert queues(on_broker) == {"theirs"}
    assert "Nothing to do." in edatool("destroy", "--yes").out
    edatool("apply", "--yes")
    edatool("publish", "order.placed", "p.json")
    assert edatool("destroy", "--yes", "--discard-all").code == 0
    assert queues(on_broker) == {"theirs"}


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("amqp://127.0.0.1:1", "cannot be reached"),
        ("amqp://guest:topsecret@127.0.0.1:{port}", "refuses the user"),
        ("amqp://{login}@127.0.0.1:{port}/nowhere", "no vhost 'nowhere'"),
    ],
)
def test_a_broker_that_does_not_let_us_in_exits_with_4(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost, url: str, words: str
) -> None:
    login, _, place = on_broker.url.removeprefix("amqp://").partition("@")
    port = place.partition("/")[0].rpartition(":")[2]
    result = edatool("apply", "--yes", "--management", "none", "--broker", url.format(port=port, login=login))
    assert result.code == 4
    assert words in result.err
    assert "topsecret" not in result.err + result.out


def test_a_vhost_that_contradicts_the_spec_is_a_usage_error(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "prod.yaml").write_text("vhost: a\n")
    result = edatool("plan", "-f", "routes.yaml", "-f", "prod.yaml", "--broker", "amqp://localhost/b")
    assert (result.code, "'a'" in result.err) == (2, True)


def test_ctrl_c_in_the_middle_of_apply_says_how_far_it_came_and_goes_on_later(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    more = "".join(f"  q{i}: {{}}\n" for i in range(600))
    spec = shop / "routes.yaml"
    spec.write_text(spec.read_text().replace("queues:\n", "queues:\n" + more))
    command = [
        sys.executable,
        "-c",
        # Where CI runs in the background SIGINT may be ignored, which Python inherits.
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "from edatool.cli.main import main; main()",
        "apply",
        "--yes",
        "--verbose",
    ]
    with Process(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=os.environ.copy()
    ) as process:
        assert process.stderr
        done = 0
        while done < 5:
            done += process.stderr.readline().startswith("  done: ")
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert process.returncode == 130
    assert "of 605 steps were done; run it again to go on" in rest
    assert 0 < len(queues(on_broker)) < 602
    assert edatool("apply", "--yes").code == 0
    assert len(queues(on_broker)) == 602
