import json
from pathlib import Path
from urllib.parse import quote

from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun


def delete_queue(vhost: Vhost, name: str) -> None:
    vhost.api.delete(f"/api/queues/{vhost.quoted}/{quote(name, safe='')}").raise_for_status()


def test_after_apply_there_is_no_drift_and_the_ledger_says_who_applied_what(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    edatool("apply", "--yes")
    clean = edatool("drift")
    assert (clean.code, "No drift." in clean.out) == (0, True)
    ledger = edatool("ledger")
    assert "queue orders" in ledger.out
    assert "5 created, 0 changed, 0 removed" in ledger.out


def test_drift_is_shown_and_apply_repairs_what_is_ours(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    edatool("apply", "--yes")
    delete_queue(on_broker, "full")
    body = {"routing_key": "theirs"}
    on_broker.api.post(f"/api/bindings/{on_broker.quoted}/e/events/q/orders", json=body).raise_for_status()
    drifted = edatool("drift")
    assert drifted.code == 3
    assert "- queue full: deleted outside of edatool" in drifted.out
    assert "+ binding events -> queue orders [theirs]: not from any spec" in drifted.out
    kinds = {one["drift"] for one in json.loads(edatool("drift", "--format", "json").out)["drifts"]}
    assert kinds == {"vanished", "attached"}
    assert edatool("apply", "--yes").code == 0
    assert [one["drift"] for one in json.loads(edatool("drift", "--format", "json").out)["drifts"]] == ["attached"]


def test_a_queue_that_comes_back_after_its_removal_is_drift(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    edatool("apply", "--yes")
    spec = shop / "routes.yaml"
    spec.write_text("edatool: 1\nname: shop\nexchanges:\n  events: {type: topic}\n")
    assert edatool("apply", "--yes").code == 0
    on_broker.api.put(f"/api/queues/{on_broker.quoted}/full", json={"durable": True}).raise_for_status()
    assert "+ queue full: removed by an apply, and there again" in edatool("drift").out


def test_what_one_spec_lets_go_of_another_may_adopt(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    edatool("apply", "--yes")
    other = shop / "other.yaml"
    other.write_text("edatool: 1\nname: other\nqueues:\n  orders: {type: quorum}\n")
    refused = edatool("apply", "--yes", "--adopt", "-f", "other.yaml")
    assert (refused.code, "queue orders (of 'shop')" in refused.out) == (5, True)
    assert edatool("ledger", "--release", "queue orders").code == 0
    for command in ("plan", "drift"):
        assert "= queue orders (quorum): there already, not made from this spec" in edatool(command).out
    assert edatool("apply", "--yes", "--adopt", "-f", "other.yaml").code == 0
    assert "other on vhost" in edatool("ledger", "--all").out
    assert edatool("ledger", "--release", "queue nosuch").code == 2


def test_without_the_management_api_drift_cannot_be_seen(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    result = edatool("drift", "--management", "none")
    assert (result.code, "drift cannot be seen" in result.err) == (5, True)


def test_what_becomes_external_is_let_go_of_and_another_spec_takes_it_over(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    edatool("apply", "--yes")
    spec = shop / "routes.yaml"
    spec.write_text(spec.read_text().replace("orders: {type: quorum}", "orders: {type: quorum, external: true}"))
    assert "external: true" in spec.read_text()
    assert edatool("apply", "--yes").code == 0
    other = shop / "other.yaml"
    other.write_text("edatool: 1\nname: other\nqueues:\n  orders: {type: quorum}\n")
    assert edatool("apply", "--yes", "--adopt", "-f", "other.yaml").code == 0
    assert edatool("destroy", "--yes").code == 0
    told = edatool("destroy", "--yes", "--verbose").out
    assert "1 object of others left alone:\n    queue orders (of the spec 'other')" in told
    assert edatool("destroy", "--yes", "-f", "other.yaml").code == 0
    assert edatool("plan", "-f", "other.yaml", "--exit-code").code == 3
