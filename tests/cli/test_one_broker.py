"""One broker, and the right one: what the command line names goes before what the environment says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edatool.broker import lock
from tests.broken_amqp import broken_broker
from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun


@pytest.fixture
def another(on_broker: Vhost) -> Iterator[str]:
    """The URL of a broker that tells another cluster's name."""
    login, _, place = on_broker.url.rpartition("@")
    with broken_broker("no permission") as port:
        yield f"{login}@127.0.0.1:{port}/{place.partition('/')[2]}"


def queues(vhost: Vhost) -> list[str]:
    found = vhost.api.get(f"/api/queues/{vhost.quoted}").raise_for_status().json()
    return sorted(one["name"] for one in found if one["name"] != lock.QUEUE)


COMMANDS = (
    "plan",
    "apply --yes",
    "drift",
    "destroy --yes",
    "ledger",
    "ledger --release EVENTS",
    "import",
    "export --live",
    "route --live --exchange e",
    "test",
    "publish -f broker:shop order.placed payload.json",
)


def test_two_brokers_are_refused_by_every_command(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost, another: str
) -> None:
    assert edatool("apply", "--yes").code == 0
    (shop / "payload.json").write_text('{"region": "eu", "total": 1}')
    for command in COMMANDS:
        result = edatool(*command.split(), "--broker", another, "--management", on_broker.management)
        assert (result.code, "is the broker 'fake@host'" in result.err) == (2, True), (command, result.err)
    assert queues(on_broker) == ["full", "orders"]


def test_the_management_url_of_the_environment_counts_for_the_broker_of_the_environment(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    result = edatool("plan", "--broker", "amqp://nohost.invalid")
    assert result.code == 4
    assert "nohost.invalid" in result.err
    assert "EDATOOL_MANAGEMENT does not count" in result.err
    assert "create" not in result.out
    assert edatool("plan", "--broker", on_broker.url).code == 0


def test_a_management_url_alone_in_the_environment_is_of_no_broker_that_is_named(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EDATOOL_BROKER")
    result = edatool("plan", "--broker", on_broker.url)
    assert "EDATOOL_MANAGEMENT does not count" in result.err
    assert edatool("plan", "--broker", on_broker.url, "--management", on_broker.management).code == 0


@pytest.mark.parametrize(("command", "code"), [("plan", 4), ("drift", 4), ("ledger", 4), ("import", 0)])
def test_what_is_read_without_amqp_is_refused_or_said(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost, command: str, code: int
) -> None:
    login, _, place = on_broker.url.rpartition("@")
    vhost = place.partition("/")[2]
    nowhere = f"{login}@127.0.0.1:1/{vhost}"
    result = edatool(command, "--broker", nowhere, "--management", on_broker.management)
    assert (result.code, "127.0.0.1:1" in result.err) == (code, True), result.err
