"""Plan and apply say beforehand what this RabbitMQ refuses or ignores."""

import json
from pathlib import Path

import pytest

from edatool.broker import lock
from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun

SPEC = """\
edatool: 1
name: shop
exchanges: {e: {type: topic}}
queues:
  q: {type: classic, queue_mode: lazy, consumer_timeout: 2h}
bindings: [{queue: q, exchange: e, keys: ["#", "#.a.#.b.#"]}]
policies:
  mirrored: {pattern: "^q", apply_to: queues, definition: {ha-mode: all}}
  shorter: {pattern: "^q", apply_to: queues, definition: {max-length: 5}}
"""


@pytest.fixture(autouse=True)
def _spec(shop: Path, on_broker: Vhost) -> None:
    (shop / "routes.yaml").write_text(SPEC)


def expected(vhost: Vhost) -> dict[tuple[str, str], str]:
    """Return what a version says of parts of objects."""
    found = {}
    if vhost.version >= (3, 12, 0):
        found["queue q", "x-queue-mode"] = "ignored"
    if vhost.version < (3, 12, 0):
        found["queue q", "x-consumer-timeout"] = "ignored"
    if vhost.version >= (4, 3, 0):
        found["queue q", "x-consumer-timeout"] = "refused"
    if vhost.version >= (4, 3, 5):
        found["binding e -> queue q [#.a.#.b.#]", "key"] = "refused"
    if vhost.version >= (4, 0, 0):
        found["policy mirrored", "ha-mode"] = "refused"
    return found


def test_plan_says_of_each_object_what_is_refused_or_ignored(edatool: EdatoolRun, on_broker: Vhost) -> None:
    planned = json.loads(edatool("plan", "--format", "json").out)
    said = {(one["object"], one["part"]): one["verdict"] for one in planned["objections"]}
    assert said == expected(on_broker)
    text = edatool("plan").out
    for (_, part), verdict in said.items():
        assert any(line.strip().startswith(f"{verdict}: RabbitMQ {_dotted(on_broker)}") for line in text.splitlines())
        assert part == "key" or part in text
    markdown = edatool("plan", "--format", "markdown").out
    assert ("- policy mirrored: RabbitMQ" in markdown) == (on_broker.version >= (4, 0, 0))


def test_apply_refuses_as_a_whole_what_would_be_refused_half_way(
    edatool: EdatoolRun, on_broker: Vhost, shop: Path
) -> None:
    if "refused" not in expected(on_broker).values():
        assert edatool("apply", "--yes").code == 0
        return
    for command in (("apply", "--yes"), ("apply",), ("plan", "--save", "plan.json")):
        result = edatool(*command)
        assert result.code == 4
        assert result.err.endswith(", for the reasons at the end of the plan\n")
        assert "! policy mirrored: RabbitMQ" in result.out.partition("Apply refuses this:")[2]
    assert not (shop / "plan.json").exists()
    assert on_broker.api.get(f"/api/policies/{on_broker.quoted}").json() == []
    # RabbitMQ 4.3 may list the lock a moment longer than it is there.
    assert {one["name"] for one in on_broker.api.get(f"/api/queues/{on_broker.quoted}").json()} <= {lock.QUEUE}


def test_what_is_ignored_keeps_nobody_from_applying(edatool: EdatoolRun, on_broker: Vhost, shop: Path) -> None:
    policies = "policies: {lazy: {pattern: x, definition: {queue-mode: lazy}}}\n"
    (shop / "routes.yaml").write_text(f"edatool: 1\nname: shop\n{policies}")
    applied = edatool("apply", "--yes")
    assert applied.code == 0
    ignored = on_broker.version >= (3, 12, 0)
    assert ("1 to create, 1 of which RabbitMQ ignores something." in applied.out) == ignored
    again = edatool("plan").out
    assert "Nothing to do: 1 unchanged." in again
    assert ("not in force on this RabbitMQ:\n    policy lazy: RabbitMQ" in again) == ignored
    assert [one["unchanged"] for one in json.loads(edatool("plan", "--format", "json").out)["objections"]] == (
        [True] if ignored else []
    )


def test_an_exchange_type_without_its_plugin_is_refused_by_the_plugins_name(
    edatool: EdatoolRun, on_broker: Vhost, shop: Path
) -> None:
    later = "later: {type: x-delayed-message, arguments: {x-delayed-type: direct}}"
    (shop / "routes.yaml").write_text(f"edatool: 1\nname: shop\nexchanges: {{{later}}}\n")
    planned = edatool("plan").out
    assert "refused: RabbitMQ" in planned
    assert "exchanges of type x-delayed-message" in planned
    assert "plugin rabbitmq_delayed_message_exchange" in planned
    assert edatool("apply", "--yes").code == 4


def test_what_needs_a_plugin_is_refused_where_it_is_not_enabled(
    edatool: EdatoolRun, on_broker: Vhost, shop: Path
) -> None:
    policies = "policies: {shared: {pattern: x, definition: {federation-upstream-set: all}}}\n"
    shovels = "shovels: {s: {source: {uri: amqp://h, queue: a}, destination: {uri: amqp://h, queue: b}}}\n"
    (shop / "routes.yaml").write_text(f"edatool: 1\nname: shop\n{policies}{shovels}")
    result = edatool("apply", "--yes")
    assert result.code == 4
    assert "policy shared: RabbitMQ's plugin rabbitmq_federation is not enabled" in result.out
    assert "shovel s: RabbitMQ's plugin rabbitmq_shovel is not enabled" in result.out
    assert on_broker.api.get(f"/api/policies/{on_broker.quoted}").json() == []


def _dotted(vhost: Vhost) -> str:
    return ".".join(map(str, vhost.version))


def test_over_amqp_alone_the_version_is_known_and_its_configuration_is_not(
    edatool: EdatoolRun, on_broker: Vhost, shop: Path
) -> None:
    queues = "queues: {slow: {type: classic, consumer_timeout: 2h}, short: {type: classic, durable: false}}\n"
    (shop / "routes.yaml").write_text(f"edatool: 1\nname: shop\n{queues}")
    planned = json.loads(edatool("plan", "--management", "none", "--format", "json").out)
    said = {one["object"]: one["verdict"] for one in planned["objections"]}
    if on_broker.version < (3, 12, 0):
        assert said == {"queue slow": "ignored"}
    elif on_broker.version < (4, 3, 0):
        assert said == {}
    else:
        assert said == {"queue slow": "refused", "queue short": "depends"}
        assert edatool("apply", "--yes", "--management", "none").code == 4
