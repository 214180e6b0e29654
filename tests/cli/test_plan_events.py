"""What plan says of events, and apply refuses, on a real broker."""

import json
import secrets
from pathlib import Path

import httpx
import pytest

from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun

# Until now alternate exchanges caught what was not bound; a binding that leads nowhere takes it from them.
SINK = """\
  - {to_exchange: sink, exchange: events, key: "order.us.#"}
"""


def prepare(shop: Path, edatool: EdatoolRun) -> None:
    """Apply a spec in which all orders are caught by the alternate, and write one that loses those of the us."""
    spec = shop / "routes.yaml"
    caught = (
        spec.read_text()
        .replace("events: {type: topic}", "events: {type: topic, alternate: rest}\n  rest: {type: fanout}")
        .replace("queues:\n", "queues:\n  caught: {}\n")
        .replace("  - {queue: orders, events: [order.placed]}\n", "  - {queue: caught, exchange: rest}\n")
    )
    spec.write_text(caught)
    assert edatool("apply", "--yes").code == 0
    spec.write_text(caught.replace("  rest:", "  sink: {type: fanout}\n  rest:") + SINK)


def test_a_new_topology_newly_publishes_its_events(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    told = edatool("plan").out
    assert "\nEvents: 1 of 1 is new, none loses a queue (" in told
    assert "  + order.placed  orders  always\n                  full    where region is full\n" in told
    assert edatool("apply", "--yes").code == 0
    assert "Events" not in edatool("plan").out


def test_an_event_that_would_be_lost_is_refused_until_it_is_allowed(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    prepare(shop, edatool)
    told = edatool("plan").out
    assert "  ! order.placed becomes unroutable for order.us.placed, losing caught\n" in told
    assert told.endswith("any more: bind one, or accept it with --allow-unroutable order.placed\n")
    refused = edatool("apply", "--yes")
    assert refused.code == 5
    assert refused.err.endswith("edatool: nothing was done, for the reasons at the end of the plan\n")
    assert "--allow-unroutable order.placed" in edatool("apply", "--yes", "--format", "json").err
    assert on_broker.api.get(f"/api/exchanges/{on_broker.quoted}/sink").status_code == 404
    assert edatool("apply", "--yes", "--allow-unroutable", "order.paid").code == 2
    assert edatool("apply", "--yes", "--allow-unroutable", "order.placed").code == 0
    (shop / "p.json").write_text('{"region": "us", "total": 1}')
    assert edatool("publish", "order.placed", "p.json").code == 6


def test_plan_as_markdown_picture_and_json(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    prepare(shop, edatool)
    told = edatool("plan", "--format", "markdown").out
    assert "\n- ! order.placed becomes unroutable for order.us.placed, losing caught\n" in told
    drawn = edatool("plan", "--format", "mermaid").out
    assert drawn.startswith("flowchart LR\n")
    assert drawn in told
    (one,) = json.loads(edatool("plan", "--format", "json").out)["events"]["reroutes"]
    assert (one["event"], one["after"], one["all_messages"]) == ("order.placed", "unroutable", False)


def test_nothing_is_said_of_events_where_the_broker_cannot_be_seen(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    assert json.loads(edatool("plan", "--management", "none", "--format", "json").out)["events"] is None
    assert "could not be seen" in edatool("plan", "--management", "none", "--format", "mermaid").out
    assert "Event" not in edatool("plan", "--management", "none").out


def test_a_user_who_has_the_tag_alone_sees_the_whole_plan(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert edatool("apply", "--yes").code == 0
    spec = shop / "routes.yaml"
    spec.write_text(spec.read_text().replace("  - {queue: orders, events: [order.placed]}\n", ""))
    wanted = edatool("plan", "--format", "json").out
    name = f"u-{secrets.token_hex(4)}"
    rights = {"configure": "^$", "write": "^$", "read": "^$"}
    looking = str(httpx.URL(on_broker.url).copy_with(username=name, password="pw"))
    monkeypatch.setenv("EDATOOL_BROKER", looking)
    for tag, sees_removals in (("policymaker", True), ("management", False)):
        on_broker.api.put(f"/api/users/{name}", json={"password": "pw", "tags": tag}).raise_for_status()
        on_broker.api.put(f"/api/permissions/{on_broker.quoted}/{name}", json=rights).raise_for_status()
        seen = edatool("plan", "--format", "json").out
        assert (seen == wanted) is sees_removals
        assert ("delete" in {one["action"] for one in json.loads(seen)["changes"]}) is sees_removals
    on_broker.api.delete(f"/api/users/{name}").raise_for_status()


def test_an_event_that_gets_another_key_loses_what_was_bound_to_its_own(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    spec = shop / "routes.yaml"
    by_key = spec.read_text().replace("events: [order.placed]", 'exchange: events, key: "order.#"')
    spec.write_text(by_key)
    assert edatool("apply", "--yes").code == 0
    spec.write_text(by_key.replace('"order.{region}', '"sold.{region}').replace("order.{region}", "sold.{region}"))
    told = edatool("plan").out
    assert "  ! order.placed becomes unroutable, losing " in told
