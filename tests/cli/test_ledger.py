"""Ledgers that share a broker, and what else may lie where they are kept."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from edatool.broker import lock
from edatool.broker.http import stored_specs
from edatool.change import ledgers
from edatool.routing.topology import MARK
from tests.broker_fixtures import Server, Vhost
from tests.cli.conftest import EdatoolRun

MARKED = """\
edatool: 1
name: st
queues: {q1: {type: classic}, q2: {type: classic}}
"""
FEWER = MARKED.replace("q1: {type: classic}, ", "")
Put = Callable[[str, object], None]


def parameters(server: Server) -> dict[str, Any]:
    found = server.api.get("/api/global-parameters").raise_for_status().json()
    return {one["name"]: one["value"] for one in found}


@pytest.fixture
def put(server: Server) -> Iterator[Put]:
    """Write a global parameter, which is deleted after the test."""
    paths = []

    def write(name: str, value: object) -> None:
        paths.append(path := f"/api/global-parameters/{quote(name, safe='')}")
        server.api.put(path, json={"name": name, "value": value}).raise_for_status()

    yield write
    for path in paths:
        server.api.delete(path)


@pytest.fixture
def sibling(server: Server, on_broker: Vhost) -> Iterator[str]:
    """Another vhost, whose name is that of the test's one and a colon and ``d``."""
    path = f"/api/vhosts/{quote(f'{on_broker.name}:d', safe='')}"
    server.api.put(path).raise_for_status()
    yield f"{on_broker.url}%3Ad"
    server.api.delete(path)


def spec_of(folder: Path, name: str, queue: str | None) -> str:
    file = folder / f"{queue}.yaml"
    queues = f"queues: {{{queue}: {{type: classic}}}}\n" if queue else ""
    file.write_text(f"edatool: 1\nname: {json.dumps(name)}\n{queues}")
    return str(file)


def test_two_specs_whose_names_run_together_have_a_ledger_each(
    tmp_path: Path, edatool: EdatoolRun, on_broker: Vhost, sibling: str, server: Server
) -> None:
    one, other = spec_of(tmp_path, "d:x", "one"), spec_of(tmp_path, "x", "other")
    assert edatool("apply", "--yes", "-f", one).code == 0
    assert edatool("apply", "--yes", "-f", other, "--broker", sibling).code == 0
    assert "Nothing to do: 1 unchanged." in edatool("plan", "-f", one).out
    assert "Nothing to do: 1 unchanged." in edatool("plan", "-f", other, "--broker", sibling).out
    mine = {name for name in parameters(server) if on_broker.name in name}
    assert len(mine) == 4
    assert edatool("destroy", "--yes", "-f", one).code == 0
    assert "Nothing to do: 1 unchanged." in edatool("plan", "-f", other, "--broker", sibling).out
    assert edatool("destroy", "--yes", "-f", other, "--broker", sibling).code == 0
    assert not {name for name in parameters(server) if on_broker.name in name}


def test_what_was_kept_under_the_former_name_is_found_and_moves(
    tmp_path: Path, edatool: EdatoolRun, on_broker: Vhost, server: Server, put: Put
) -> None:
    file = spec_of(tmp_path, "d:x", "one")
    assert edatool("apply", "--yes", "-f", file).code == 0
    for prefix in (ledgers.PREFIX, stored_specs.PREFIX):
        name = f"{prefix}{on_broker.name}:d%3Ax"
        put(f"{prefix}{on_broker.name}:d:x", parameters(server)[name])
        server.api.delete(f"/api/global-parameters/{quote(name, safe='')}").raise_for_status()
    assert "Nothing to do: 1 unchanged." in edatool("plan", "-f", file).out
    assert edatool("publish", "nothing", "-f", "broker:d:x", typed="{}").code == 2
    spec_of(tmp_path, "d:x", "one")
    Path(file).write_text(Path(file).read_text().replace("{one", "{two: {type: classic}, one"))
    assert edatool("apply", "--yes", "-f", file).code == 0
    mine = {name for name in parameters(server) if on_broker.name in name}
    assert mine == {f"{prefix}{on_broker.name}:d%3Ax" for prefix in (ledgers.PREFIX, stored_specs.PREFIX)}
    assert edatool("destroy", "--yes", "-f", file).code == 0


GARBAGE: list[object] = [None, True, 0, 1.5, "text", [], ["edatool"], {}, {"vhost": 1}, {"vhost": "/", "spec": "shop"}]


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize("spec", ["shop", "another"])
def test_garbage_in_a_ledger_of_the_vhost_is_named_with_the_way_out(
    *, shop: Path, edatool: EdatoolRun, on_broker: Vhost, put: Put, garbage: object, spec: str
) -> None:
    name = f"{ledgers.PREFIX}{on_broker.name}:{spec}"
    put(name, garbage)
    for command in (["plan"], ["apply", "--yes"], ["drift"], ["ledger"], ["destroy", "--yes"]):
        refused = edatool(*command)
        assert refused.code == 5
        assert f"delete the global parameter '{name}' (rabbitmqctl clear_global_parameter)" in refused.err
        assert refused.err.count("\n") == 1


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_about_another_vhost_is_nothing_to_us(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost, put: Put, garbage: object
) -> None:
    put(f"{ledgers.PREFIX}{on_broker.name}-2:shop", garbage)
    put(f"edatool-of-others:{on_broker.name}:shop", garbage)
    assert edatool("plan").code == 0


@pytest.mark.parametrize("garbage", [1, "text", [], {"content": "?"}, {"format_version": 9}])
def test_garbage_for_a_kept_spec_is_an_error_for_publishers_and_the_next_apply_mends_it(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost, put: Put, garbage: object
) -> None:
    put(f"{stored_specs.PREFIX}{on_broker.name}:shop", garbage)
    refused = edatool("publish", "order.placed", "-f", "broker:shop", typed="{}")
    assert (refused.code, "apply it again" in refused.err) == (5, True)
    assert edatool("apply", "--yes").code == 0
    good = edatool("publish", "order.placed", "-f", "broker:shop", typed='{"region": "eu", "total": 1}')
    assert good.code == 0


def anew(vhost: Vhost) -> None:
    """Delete the vhost and make another one of its name, with a queue q1 of somebody else in it."""
    path = f"/api/vhosts/{vhost.quoted}"
    vhost.api.delete(path).raise_for_status()
    vhost.api.put(path).raise_for_status()
    vhost.api.put(f"/api/queues/{vhost.quoted}/q1", json={"durable": True}).raise_for_status()


def names(vhost: Vhost, kind: str) -> set[str]:
    found = vhost.api.get(f"/api/{kind}/{vhost.quoted}").raise_for_status().json()
    return {one["name"] for one in found if not one["name"].startswith("amq.")} - {"", lock.QUEUE}


def test_a_ledger_does_not_speak_of_another_vhost_of_the_same_name(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    (shop / "routes.yaml").write_text(MARKED)
    assert edatool("apply", "--yes").code == 0
    anew(on_broker)
    (shop / "routes.yaml").write_text(FEWER)
    assert json.loads(edatool("plan", "--format", "json").out)["outlived"]
    applied = edatool("apply", "--yes")
    assert applied.code == 0
    assert "The ledger of this spec is about an earlier vhost of this name" in applied.out
    assert names(on_broker, "queues") == {"q1", "q2"}
    assert not json.loads(edatool("plan", "--format", "json").out)["outlived"]
    assert edatool("destroy", "--yes").code == 0
    assert names(on_broker, "queues") == {"q1"}


def test_what_others_made_in_the_other_vhost_takes_a_word_to_be_taken_over(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost, server: Server
) -> None:
    (shop / "routes.yaml").write_text(MARKED)
    assert edatool("apply", "--yes").code == 0
    anew(on_broker)
    refused = edatool("apply", "--yes")
    assert (refused.code, "there already: queue q1: take them over with --adopt" in refused.out) == (5, True)
    assert edatool("drift").code == 3
    assert edatool("destroy", "--yes").code == 0
    assert names(on_broker, "queues") == {"q1"}
    assert not [name for name in parameters(server) if on_broker.name in name]


def test_a_ledger_without_a_mark_is_believed_but_for_what_is_otherwise_than_recorded(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost, server: Server, put: Put
) -> None:
    (shop / "routes.yaml").write_text(MARKED)
    assert edatool("apply", "--yes").code == 0
    name = f"{ledgers.PREFIX}{on_broker.name}:st"
    put(name, {key: one for key, one in parameters(server)[name].items() if key != "mark"})
    on_broker.api.delete(f"/api/exchanges/{on_broker.quoted}/{MARK}").raise_for_status()
    on_broker.api.delete(f"/api/queues/{on_broker.quoted}/q1").raise_for_status()
    body = {"durable": True, "arguments": {"x-queue-type": "quorum"}}
    on_broker.api.put(f"/api/queues/{on_broker.quoted}/q1", json=body).raise_for_status()
    (shop / "routes.yaml").write_text(FEWER)
    assert edatool("apply", "--yes").code == 0
    assert names(on_broker, "queues") == {"q1", "q2"}
    assert parameters(server)[name]["mark"]
    assert edatool("plan", "--exit-code").code == 0


def test_the_mark_is_seen_by_no_command_and_goes_with_the_last_ledger(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    other = spec_of(shop, "other", "q")
    assert edatool("apply", "--yes").code == 0
    assert edatool("apply", "--yes", "-f", other).code == 0
    assert names(on_broker, "exchanges") == {"events", MARK}
    exported = on_broker.api.get(f"/api/definitions/{on_broker.quoted}").raise_for_status().json()
    assert MARK in {one["name"] for one in exported["exchanges"]}
    (shop / "exported.json").write_text(json.dumps(exported))
    for command in (
        ["plan"],
        ["drift"],
        ["ledger", "--all"],
        ["import"],
        ["import", "--definitions", "exported.json"],
        ["export", "--live"],
        ["plan", "--format", "json"],
    ):
        shown = edatool(*command)
        assert (shown.code, MARK in shown.out + shown.err) == (0, False)
    assert edatool("destroy", "--yes").code == 0
    assert MARK in names(on_broker, "exchanges")
    assert edatool("destroy", "--yes", "-f", other).code == 0
    assert names(on_broker, "exchanges") == set()


def test_an_exchange_of_the_marks_name_that_is_none_stands_in_the_way(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    on_broker.api.put(f"/api/exchanges/{on_broker.quoted}/{MARK}", json={"type": "fanout"}).raise_for_status()
    refused = edatool("apply", "--yes")
    assert (refused.code, f"the exchange '{MARK}' is not one that edatool has made" in refused.err) == (5, True)
    assert names(on_broker, "queues") == set()


def test_what_a_failed_apply_never_came_to_make_is_not_ours(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    spec = shop / "routes.yaml"
    bad = "policies: {bad: {pattern: ., apply_to: queues, definition: {no-such-key: 1}}}\n"
    spec.write_text(f"{spec.read_text()}{bad}")
    assert edatool("apply", "--yes").code == 4
    drifted = edatool("drift", "--format", "json")
    assert json.loads(drifted.out)["drifts"] == []
    assert {one["action"] for one in json.loads(drifted.out)["unapplied"]} == {"create"}
    assert "deleted outside" not in edatool("drift").out
    body = {"durable": True, "arguments": {"x-queue-type": "quorum"}}
    on_broker.api.put(f"/api/queues/{on_broker.quoted}/orders", json=body).raise_for_status()
    assert edatool("destroy", "--yes").code == 0
    assert names(on_broker, "queues") == {"orders"}
