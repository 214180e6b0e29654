"""Queues that name no type, in vhosts with a default queue type that is not the spec's."""

import secrets
from pathlib import Path

import httpx
import pytest

from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun

SPEC = """\
edatool: 1
name: shop
queues:
  orders: {retry: [5s], max_length: 10}
  passing: {auto_delete: true}
  own: {type: classic}
"""


@pytest.fixture
def spec(shop: Path) -> Path:
    file = shop / "routes.yaml"
    file.write_text(SPEC)
    return file


def with_default(vhost: Vhost, queue_type: str) -> None:
    """Give the vhost a default queue type, which RabbitMQ has since 3.11."""
    if vhost.version < (3, 11, 0):
        pytest.skip("this RabbitMQ has no default queue type")
    vhost.api.put(f"/api/vhosts/{vhost.quoted}", json={"default_queue_type": queue_type}).raise_for_status()


def types(vhost: Vhost) -> dict[str, str]:
    found = vhost.api.get(f"/api/queues/{vhost.quoted}").raise_for_status().json()
    return {one["name"]: one["type"] for one in found if not one.get("exclusive")}


@pytest.mark.parametrize("about", ["", "virtual_host: {description: Orders}\n"])
def test_a_queue_that_names_no_type_becomes_what_the_vhost_that_is_there_says(
    spec: Path, edatool: EdatoolRun, on_broker: Vhost, about: str
) -> None:
    with_default(on_broker, "quorum")
    spec.write_text(SPEC + about)
    assert "+ queue orders (quorum)" in edatool("plan").out
    applied = edatool("apply", "--yes", "--adopt")
    assert applied.code == 0, applied.err
    assert types(on_broker) == {"orders": "quorum", "orders.retry.5s": "quorum", "passing": "classic", "own": "classic"}
    assert edatool("plan", "--exit-code").code == 0
    assert edatool("drift").code == 0


def test_where_the_vhost_has_no_default_queue_type_such_a_queue_is_classic(
    spec: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    assert edatool("apply", "--yes").code == 0
    assert set(types(on_broker).values()) == {"classic"}


def test_a_reviewed_plan_keeps_the_types_that_were_reviewed(spec: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    with_default(on_broker, "quorum")
    assert edatool("plan", "--save", "plan.json").code == 0
    with_default(on_broker, "classic")
    assert edatool("apply", "plan.json").code == 0
    assert types(on_broker)["orders"] == "quorum"


def test_a_default_that_changes_later_makes_nothing_another_queue_without_a_word(
    spec: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    assert edatool("apply", "--yes").code == 0
    before = types(on_broker)
    with_default(on_broker, "quorum")
    again = edatool("apply", "--yes")
    assert (again.code, "undo the change in the spec, or replace with --replace orders" in again.out) == (5, True)
    assert types(on_broker) == before


@pytest.mark.parametrize(
    "said", ["defaults: {queue: {type: classic}}", "virtual_host: {default_queue_type: classic, description: Orders}"]
)
def test_what_the_spec_says_wins_over_the_vhost_that_is_there(
    spec: Path, edatool: EdatoolRun, on_broker: Vhost, said: str
) -> None:
    with_default(on_broker, "quorum")
    spec.write_text(f"{SPEC}{said}\n")
    assert "+ queue orders (classic)" in edatool("plan").out


def test_what_such_a_queue_cannot_have_is_said_before_anything_is_done(
    spec: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    with_default(on_broker, "stream")
    refused = edatool("apply", "--yes")
    assert refused.code == 1
    assert f"queues that name no type become stream, for the vhost {on_broker.name} says so" in refused.err
    assert "routes.yaml:4:12: E225 a stream has no retries" in refused.err
    assert types(on_broker) == {}


def test_a_user_with_the_tag_management_alone_may_ask(
    spec: Path, edatool: EdatoolRun, on_broker: Vhost, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_default(on_broker, "quorum")
    name, api = f"u-{secrets.token_hex(4)}", on_broker.api
    rights = {"configure": "^$", "write": "^$", "read": "^$"}
    api.put(f"/api/users/{name}", json={"password": "pw", "tags": "management"}).raise_for_status()
    api.put(f"/api/permissions/{on_broker.quoted}/{name}", json=rights).raise_for_status()
    monkeypatch.setenv("EDATOOL_BROKER", str(httpx.URL(on_broker.url).copy_with(username=name, password="pw")))
    planned = edatool("plan").out
    api.delete(f"/api/users/{name}").raise_for_status()
    assert "+ queue orders (quorum)" in planned


def test_without_the_management_api_it_says_that_such_queues_become_classic(
    spec: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    blind = edatool("plan", "--management", "none")
    assert "+ queue orders (classic)" in blind.out
    assert "queues that name no type become classic" in blind.err
