"""Delays on the command line."""

from pathlib import Path

import pytest

from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun

ORDER = '{"region": "eu", "total": 7}'


@pytest.fixture
def delayed(shop: Path) -> Path:
    spec = shop / "routes.yaml"
    spec.write_text(f"{spec.read_text()}delays: {{up_to: 1d}}\n")
    (shop / "order.json").rename(shop / "schema.json")
    spec.write_text(spec.read_text().replace("schema: order.json", "schema: schema.json"))
    (shop / "order.json").write_text(ORDER)
    return spec


def test_route_shows_how_long_a_message_waits_and_where_it_then_goes(delayed: Path, edatool: EdatoolRun) -> None:
    assert edatool("validate").code == 0
    result = edatool("route", "order.placed", "order.json", "--delay", "15m")
    assert result.err.endswith("900 s after it was published, once it has waited 512 + 256 + 128 + 4 s:\n")
    assert result.out.startswith("events [order.eu.placed]")
    assert result.out.splitlines()[-1] == "Reaches orders."
    assert edatool("route", "order.placed", "order.json", "--delay", "2d").code == 2
    assert edatool("route", "--exchange", "events", "--delay", "1s").code == 2


def test_a_delay_queue_that_holds_something_is_not_removed(
    delayed: Path, edatool: EdatoolRun, vhost: Vhost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDATOOL_BROKER", vhost.url)
    monkeypatch.setenv("EDATOOL_MANAGEMENT", vhost.management)
    assert edatool("apply", "--yes").code == 0
    assert edatool("publish", "order.placed", "order.json", "--delay", "1h").code == 0
    assert edatool("publish", "order.placed", "order.json", "--at", "2030-01-01T00:00:00Z").code == 2
    assert edatool("publish", "order.placed", "order.json", "--at", "tomorrow").code == 2
    assert edatool("publish", "order.placed", "order.json", "--delay", "1s", "--dry-run").code == 2
    delayed.write_text(delayed.read_text().replace("delays: {up_to: 1d}\n", ""))
    refused = edatool("apply", "--yes", "--allow-removals")
    assert refused.code == 5
    assert "--discard" in refused.out + refused.err
    shown = edatool("peek", "edatool.shop.delay.11")
    assert "was published to exchange events with the key 'order.eu.placed'" in shown.out
