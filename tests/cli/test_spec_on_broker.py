"""A spec that apply leaves on the broker, and that publishers read from there."""

import json
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from edatool import Publisher
from edatool.broker.address import Address, parse
from edatool.broker.http.stored_specs import PREFIX
from edatool.errors import BrokerRefused, BrokerUnreachable, NeedsPerson, WrongUsage
from tests.broker.test_publishing import ids_in
from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun

PAYLOAD = {"region": "eu", "total": 1}


@pytest.fixture
def applied(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> Iterator[Address]:
    assert edatool("apply", "--yes").code == 0
    for file in ("routes.yaml", "order.json"):
        shutil.move(shop / file, shop / f"{file}.away")
    yield parse(on_broker.url, on_broker.management)
    on_broker.api.delete(f"/api/global-parameters/{PREFIX}{on_broker.quoted}:shop")


def bring_back(shop: Path) -> None:
    for file in ("routes.yaml", "order.json"):
        shutil.copy(shop / f"{file}.away", shop / file)


def loosen(shop: Path) -> None:
    """Require less of an order."""
    schema = shop / "order.json"
    schema.write_text(schema.read_text().replace('["region", "total"]', '["region"]'))


def kept_on(vhost: Vhost) -> list[str]:
    names = [one["name"] for one in vhost.api.get("/api/global-parameters").raise_for_status().json()]
    return [name for name in names if name.startswith(f"{PREFIX}{vhost.name}:")]


def test_a_publisher_needs_no_file(applied: Address, on_broker: Vhost) -> None:
    with Publisher("broker:shop", applied) as publisher:
        assert publisher.publish("order.placed", PAYLOAD).ok
        assert publisher.publish("order.placed", {"region": "eu"}).outcome == "rejected"
    assert ids_in(on_broker.url, "orders").total() == 1


def test_the_command_line_needs_no_file(applied: Address, edatool: EdatoolRun) -> None:
    result = edatool("publish", "order.placed", "-f", "broker:shop", typed=json.dumps(PAYLOAD))
    assert (result.code, result.out) == (0, "order.placed confirmed: events [order.eu.placed]\n")


def test_plan_sees_no_change_and_a_change_of_a_contract_alone_reaches_publishers(
    shop: Path, edatool: EdatoolRun, applied: Address
) -> None:
    bring_back(shop)
    assert edatool("plan", "--exit-code").code == 0
    assert edatool("drift").code == 0
    loosen(shop)
    assert edatool("plan", "--exit-code").code == 0
    assert "What publishers load" in edatool("apply", "--yes").err
    assert "What publishers load" not in edatool("apply", "--yes").err
    with Publisher("broker:shop", applied) as publisher:
        assert publisher.publish("order.placed", {"region": "eu"}).ok


def test_a_reviewed_plan_leaves_the_spec_that_was_reviewed(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    assert edatool("plan", "--save", "plan.json").code == 0
    assert kept_on(on_broker) == []
    loosen(shop)
    assert edatool("apply", "plan.json").code == 0
    with Publisher("broker:shop", parse(on_broker.url, on_broker.management)) as publisher:
        assert publisher.publish("order.placed", {"region": "eu"}).outcome == "rejected"


def test_what_is_destroyed_is_kept_no_longer(
    shop: Path, edatool: EdatoolRun, applied: Address, on_broker: Vhost
) -> None:
    assert len(kept_on(on_broker)) == 1
    bring_back(shop)
    assert edatool("destroy", "--yes").code == 0
    assert kept_on(on_broker) == []
    with pytest.raises(BrokerRefused, match=r"keeps no spec 'shop'.*apply it there first"):
        Publisher("broker:shop", applied)


@pytest.mark.parametrize(("tags", "may"), [("", False), ("management", False), ("policymaker", True)])
def test_reading_needs_the_tag_policymaker_and_nothing_else(
    applied: Address, on_broker: Vhost, tags: str, may: bool
) -> None:
    name = f"u-{secrets.token_hex(4)}"
    on_broker.api.put(f"/api/users/{name}", json={"password": "pw", "tags": tags}).raise_for_status()
    url = on_broker.url.replace(f"{applied.user}:{applied.password}@", f"{name}:pw@")
    try:
        if may:
            Publisher("broker:shop", parse(url, on_broker.management)).close()
        else:
            with pytest.raises(BrokerRefused, match=r"may not read the specs .*policymaker"):
                Publisher("broker:shop", parse(url, on_broker.management))
    finally:
        on_broker.api.delete(f"/api/users/{name}").raise_for_status()


def test_what_cannot_be_read_is_an_error_of_its_own(applied: Address, on_broker: Vhost, edatool: EdatoolRun) -> None:
    with pytest.raises(BrokerUnreachable, match="--management"):
        Publisher("broker:shop", parse(on_broker.url, "none"))
    with pytest.raises(BrokerUnreachable):
        Publisher("broker:shop", "amqp://127.0.0.1:1")
    with pytest.raises(WrongUsage, match="name files"):
        Publisher(["broker:shop", "more.yaml"], applied)
    assert edatool("plan", "-f", "broker:shop").code == 2
    name = f"{PREFIX}{on_broker.name}:shop"
    body = {"name": name, "value": {"format_version": 1, "content": "?"}}
    on_broker.api.put(f"/api/global-parameters/{PREFIX}{on_broker.quoted}:shop", json=body).raise_for_status()
    with pytest.raises(NeedsPerson, match="apply it again"):
        Publisher("broker:shop", applied)


def test_a_large_spec_is_kept_whole(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    noise = [secrets.token_hex(500) for _ in range(2000)]
    schema = shop / "order.json"
    schema.write_text(schema.read_text().replace('"minimum": 0', f'"enum": {json.dumps([1, *noise])}'))
    assert edatool("apply", "--yes").code == 0
    with Publisher("broker:shop", parse(on_broker.url, on_broker.management)) as publisher:
        assert publisher.publish("order.placed", PAYLOAD).ok
        assert publisher.publish("order.placed", {"region": "eu", "total": 2}).outcome == "rejected"
    assert len(on_broker.api.get(f"/api/global-parameters/{PREFIX}{on_broker.quoted}:shop").content) > 1_000_000
