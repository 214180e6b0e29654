import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pika
import pytest

from edatool.routing.definitions import file as definitions
from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun

SHOP = Path(__file__).parents[2] / "routes.yaml"
QUORUM = {"x-queue-type": "quorum"}
RETRY = {
    **QUORUM,
    "x-message-ttl": 5000,
    "x-dead-letter-exchange": "",
    "x-dead-letter-routing-key": "orders",
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",
}


@contextmanager
def all_kinds(vhost: Vhost) -> Iterator[None]:
    """A vhost as years of clicking and of services leave it, while one client with temporary queues is connected."""
    connection = pika.BlockingConnection(pika.URLParameters(vhost.url))
    channel = connection.channel()
    for name, kind, options in (
        ("events", "topic", {"arguments": {"alternate-exchange": "unrouted"}}),
        ("unrouted", "fanout", {}),
        ("old", "direct", {"durable": False, "arguments": {"alternate-exchange": "gone", "x-own": 1}}),
        ("by header", "headers", {"internal": True}),
        ("spread/1", "x-consistent-hash", {"auto_delete": True}),
    ):
        channel.exchange_declare(name, kind, **{"durable": True, **options})
    for name, arguments in (
        ("orders", {**QUORUM, "x-delivery-limit": 5, "x-dead-letter-exchange": "unrouted"}),
        ("orders.retry.5s", RETRY),
        ("orders.retry.7s", {**RETRY, "x-message-ttl": 7001}),
        ("${HOME} é", {**QUORUM, "x-max-length-bytes": 10 * 2**20}),
        ("log", {"x-queue-type": "stream", "x-max-age": "7D"}),
        ("1e5", {"x-dead-letter-exchange": "gone", "x-expires": 86_400_000, "x-max-priority": 5}),
        ("no", {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "orders.retry.5s"}),
    ):
        channel.queue_declare(name, durable=True, arguments=arguments)
    generated = channel.queue_declare("", auto_delete=False, exclusive=True).method.queue
    channel.queue_declare("mine", exclusive=True)
    for queue in ("orders", generated, "mine"):
        for key in ("order.#", "payment.*.done"):
            channel.queue_bind(queue, "events", key)
    channel.queue_bind("log", "events", "")
    channel.queue_bind("${HOME} é", "unrouted", "a key that does not count")
    channel.queue_bind("1e5", "spread/1", "3")
    channel.queue_bind("no", "amq.topic", "${x}")
    channel.exchange_bind("by header", "events", "#")
    channel.queue_bind("no", "by header", "", {"x-match": "any", "tier": "gold", "vip": True, "n": 1})
    channel.queue_bind("no", "by header", "", {"list": [1]})
    channel.queue_bind("1e5", "by header", "")
    policy = {"pattern": "^tmp\\.", "definition": {"max-length": 5, "overflow": "reject-publish"}, "priority": 2}
    put(vhost, "policies", "limits", policy | {"apply-to": "queues"})
    put(vhost, "policies", "all", {"pattern": ".*", "definition": {"max-length-bytes": 10**9}})
    put(vhost, "operator-policies", "bound", policy | {"apply-to": "queues", "definition": {"max-length": 9}})
    put(vhost, "vhost-limits", "max-queues", {"value": 1000})
    try:
        yield
    finally:
        connection.close()


def put(vhost: Vhost, kind: str, name: str, body: dict[str, Any]) -> None:
    vhost.api.put(f"/api/{kind}/{vhost.quoted}/{name}", json=body).raise_for_status()


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder as the current one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EDATOOL_FILE", raising=False)
    return tmp_path


def test_a_vhost_with_all_kinds_of_things_is_taken_over_and_only_has_to_be_adopted(
    elsewhere: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    with all_kinds(on_broker):
        taken = edatool("import", "-o", "routes.yaml")
        assert (taken.code, taken.out) == (0, "")
        assert edatool("validate").code == 0
        planned = json.loads(edatool("plan", "--format", "json").out)
        assert {one["action"] for one in planned["changes"]} == {"adopt"}
        assert edatool("apply", "--yes").code == 5
        assert edatool("apply", "--yes", "--adopt").code == 0
        again = edatool("plan", "--exit-code")
        assert (again.code, "Nothing to do" in again.out) == (0, True)
    written = (elsewhere / "routes.yaml").read_text()
    assert "defaults:\n  queue: {type: quorum}\n" in written
    assert "  orders: {delivery_limit: 5, dead_letter: {exchange: unrouted}, retry: [5s]}\n" in written
    assert '  "$${HOME} é": {max_length_bytes: 10MiB}\n' in written
    assert "  log: {type: stream, max_age: 7d}\n" in written
    assert '  - {queue: orders, exchange: events, keys: ["order.#", payment.*.done]}\n' in written
    assert "by header" in written
    assert "  limits:\n" in written or "  limits: {pattern:" in written


def test_what_cannot_be_taken_over_is_listed(elsewhere: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    with all_kinds(on_broker):
        said = edatool("import").err
    assert "the queue 'mine' is left out with 2 bindings: " in said
    assert said.count("is left out with 2 bindings: ") == 2
    assert "argument list is no string" in said
    assert "by header -> queue 1e5 [] is left out: it has no headers to match" in said
    assert "W402 the alternate of exchange 'old' is not there" in said
    assert "W402 dead letters of queue '1e5' are dropped" in said
    assert "W403 the parameter operator_policy bound is not taken over" in said
    assert "W403 the parameter vhost-limits limits is not taken over" in said


def test_the_same_from_a_definitions_file(elsewhere: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    with all_kinds(on_broker):
        live = edatool("import").out
        every = on_broker.api.get("/api/definitions").raise_for_status().json()
        one = on_broker.api.get(f"/api/definitions/{on_broker.quoted}").raise_for_status().json()
    (elsewhere / "every.json").write_text(json.dumps(every))
    (elsewhere / "one.json").write_text(json.dumps(one))
    from_every = edatool("import", "--definitions", "every.json", "--vhost", on_broker.name)
    from_one = edatool("import", "--definitions", "one.json", "--name", on_broker.name)
    assert "users of the file are not taken over" in from_every.err
    body = from_every.out.split("\n", 1)[1]
    assert from_one.out.split("\n", 1)[1] == body
    # RabbitMQ 4.3 leaves internal exchanges out of its definitions.
    assert "by header" in body or on_broker.version >= (4, 2, 9)
    if "by header" in body:
        assert body == live.split("\n", 1)[1]


def test_a_new_vhost_gets_the_same_from_what_was_taken_over(
    elsewhere: Path, edatool: EdatoolRun, on_broker: Vhost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_VHOST", on_broker.name)
    assert edatool("apply", "--yes", "-f", str(SHOP)).code == 0
    assert edatool("import", "--name", "shop", "-o", "taken.yaml").code == 0
    assert edatool("destroy", "--yes", "-f", str(SHOP)).code == 0
    assert edatool("apply", "--yes", "-f", "taken.yaml").code == 0
    planned = edatool("plan", "--exit-code", "-f", str(SHOP))
    assert (planned.code, "left alone" in planned.out) == (0, False)


def test_credentials_are_not_written(elsewhere: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    user, _, password = on_broker.url.removeprefix("amqp://").partition("@")[0].partition(":")
    result = edatool("import")
    assert result.out.startswith("# Taken over by edatool from 127.0.0.1:")
    assert password not in result.out + result.err
    assert f"{user}@" not in result.out


def test_a_file_is_not_overwritten_unasked(elsewhere: Path, edatool: EdatoolRun) -> None:
    (elsewhere / "d.json").write_text('{"queues": []}')
    (elsewhere / "routes.yaml").write_text("mine")
    refused = edatool("import", "--definitions", "d.json", "-o", "routes.yaml")
    assert (refused.code, "--force" in refused.err) == (2, True)
    assert (elsewhere / "routes.yaml").read_text() == "mine"
    assert edatool("import", "--definitions", "d.json", "-o", "routes.yaml", "--force").code == 0
    assert (elsewhere / "routes.yaml").read_text().endswith("edatool: 1\nname: d\n")
    assert edatool("import", "--definitions", "d.json", "-o", "no/such/folder").code == 2


def queue(vhost: str) -> dict[str, object]:
    return {"name": "q", "vhost": vhost, "durable": True, "auto_delete": False, "arguments": {}}


def test_the_vhost_of_a_definitions_file_is_asked_for_only_where_there_are_several(
    elsewhere: Path, edatool: EdatoolRun
) -> None:
    (elsewhere / "one.json").write_text(json.dumps({"queues": [queue("shop")]}))
    (elsewhere / "two.json").write_text(json.dumps({"queues": [queue("shop"), queue("b")]}))
    assert "name: shop\nvhost: shop\n" in edatool("import", "--definitions", "one.json").out
    several = edatool("import", "--definitions", "two.json")
    assert (several.code, "b, shop" in several.err) == (2, True)
    assert "vhost: b\n" in edatool("import", "--definitions", "two.json", "--vhost", "b").out


def test_what_breaks_a_rule_is_shown_with_its_place_and_exits_with_1(elsewhere: Path, edatool: EdatoolRun) -> None:
    exchange = {"name": "h", "type": "x-consistent-hash", "durable": True, "auto_delete": False, "arguments": {}}
    binding = {"source": "h", "destination": "q", "destination_type": "queue", "routing_key": "x", "arguments": {}}
    definitions = {"queues": [queue("/")], "exchanges": [exchange], "bindings": [binding]}
    (elsewhere / "d.json").write_text(json.dumps(definitions))
    result = edatool("import", "--definitions", "d.json", "-o", "r.yaml")
    assert (result.code, "r.yaml:13:" in result.err, "E234" in result.err) == (1, True, True)


@pytest.mark.parametrize(
    "command",
    [
        ["import", "--vhost", "a"],
        ["import", "--broker", "amqp://127.0.0.1", "--management", "none"],
        ["import", "--definitions", "not.json"],
        ["import", "--definitions", "list.json"],
    ],
)
def test_what_cannot_be_read_is_a_usage_error(elsewhere: Path, edatool: EdatoolRun, command: list[str]) -> None:
    (elsewhere / "not.json").write_text("{")
    (elsewhere / "list.json").write_text("[]")
    assert edatool(*command).code == 2


def test_a_user_who_may_not_see_parameters_takes_over_the_rest_and_is_told(
    elsewhere: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    user = on_broker.name.replace("/", "-")
    on_broker.api.put(f"/api/users/{user}", json={"password": "secret-word", "tags": "management"}).raise_for_status()
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    on_broker.api.put(f"/api/permissions/{on_broker.quoted}/{user}", json=everything).raise_for_status()
    on_broker.api.put(f"/api/queues/{on_broker.quoted}/q", json={"durable": True}).raise_for_status()
    place = on_broker.url.rpartition("@")[2]
    try:
        taken = edatool("import", "--broker", f"amqp://{user}:secret-word@{place}")
    finally:
        on_broker.api.delete(f"/api/users/{user}").raise_for_status()
    assert (taken.code, "queues:\n  q: {}\n" in taken.out) == (0, True)
    assert "W403 parameters, operator policies and limits cannot be seen by this user" in taken.err
    assert "secret-word" not in taken.out + taken.err


@pytest.mark.timeout(60)
@pytest.mark.parametrize("command", [("import",), ("route", "--exchange", "amq.topic")])
def test_a_definitions_file_without_end_is_refused(
    edatool: EdatoolRun, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(definitions, "LARGEST", 1_000_000)
    result = edatool(*command, "--definitions", "/dev/zero")
    assert result.code == 2
    assert "/dev/zero is over 1000000 bytes" in result.err
