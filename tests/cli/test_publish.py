import json
from pathlib import Path

import pytest

from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun


@pytest.fixture(autouse=True)
def _applied(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    assert edatool("apply", "--yes").code == 0


def messages(vhost: Vhost, queue: str = "orders") -> list[dict[str, object]]:
    ask = {"count": 100, "ackmode": "ack_requeue_false", "encoding": "auto"}
    found: list[dict[str, object]] = (
        vhost.api.post(f"/api/queues/{vhost.quoted}/{queue}/get", json=ask).raise_for_status().json()
    )
    return found


def test_a_payload_is_published_with_key_headers_and_properties_from_it(edatool: EdatoolRun, on_broker: Vhost) -> None:
    payload = '{"region": "eu", "total": 120.50, "tier": "gold"}'
    result = edatool("publish", "order.placed", "-", typed=payload)
    assert (result.code, result.out) == (0, "order.placed confirmed: events [order.eu.placed]\n")
    (message,) = messages(on_broker)
    properties = message["properties"]
    assert isinstance(properties, dict)
    assert message["payload"] == payload
    assert message["routing_key"] == "order.eu.placed"
    assert properties["headers"]["tier"] == "gold"
    assert properties["delivery_mode"] == 2
    assert (properties["type"], properties["app_id"], properties["content_type"]) == (
        "order.placed",
        "shop",
        "application/json",
    )
    assert properties["message_id"]
    assert properties["timestamp"] > 1_700_000_000


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ('{"region": "eu"}', "total"),
        ('{"region": "eu", "total": "12"}', "/total"),
        ('{"region": "eu", "total": -1}', "/total"),
        ('{"region": "eu.west", "total": 1}', "/region"),
        ('{"region": "", "total": 1}', "/region"),
        (f'{{"region": "{"x" * 250}", "total": 1}}', "255 bytes"),
        ('{"region": "eu", "total": NaN}', "NaN"),
        ('{"region": "eu", "total": 1, "total": 2}', "total"),
        ('{"region": "eu", "total": 1', "line 1"),
        ("not json", "line 1"),
        (f'{{"region": "eu", "total": 1, "x": {"[" * 100}1{"]" * 100}}}', "64"),
        (f'{{"region": "eu", "total": 1, "x": "{"x" * 2**20}"}}', "1048576"),
        ("", "line 1"),
    ],
)  # fmt: skip
def test_a_bad_payload_is_rejected_with_the_reason_and_not_published(
    payload: str, words: str, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    result = edatool("publish", "order.placed", "-", typed=payload)
    assert result.code == 1
    assert result.out.startswith("order.placed rejected\n")
    assert words in result.out
    assert messages(on_broker) == []


def test_an_unroutable_event_exits_with_6(shop: Path, edatool: EdatoolRun) -> None:
    spec = shop / "routes.yaml"
    spec.write_text(
        spec.read_text().replace("events:\n", "events:\n  order.lost: {exchange: events, schema: order.json}\n", 1)
    )
    result = edatool("publish", "order.lost", "-", typed='{"region": "eu", "total": 1}')
    assert (result.code, result.out) == (6, "order.lost unroutable (NO_ROUTE): events [order.lost]\n")


def test_a_full_queue_nacks_and_exits_with_6(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    spec = shop / "routes.yaml"
    spec.write_text(spec.read_text() + '  - {queue: full, exchange: events, key: "#"}\n')
    assert edatool("apply", "--yes").code == 0
    first = edatool("publish", "order.placed", "-", typed='{"region": "eu", "total": 1}')
    second = edatool("publish", "order.placed", "-", typed='{"region": "eu", "total": 1}')
    assert (first.code, second.code) == (0, 6)
    assert "nacked" in second.out


def test_lines_have_an_outcome_each_and_a_summary(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    good, bad = '{"region": "eu", "total": 1}', '{"region": "eu"}'
    (shop / "orders.jsonl").write_text(f"{good}\n{bad}\n\n{good}\n")
    result = edatool("publish", "order.placed", "orders.jsonl", "--format", "json")
    receipts = [json.loads(line) for line in result.out.splitlines()]
    assert [(one["line"], one["outcome"]) for one in receipts] == [
        (1, "confirmed"),
        (2, "rejected"),
        (4, "confirmed"),
    ]
    assert receipts[1]["violations"][0]["pointer"] == ""
    assert receipts[0]["format_version"] == 1
    assert result.err == "3 payloads: 2 confirmed, 1 rejected\n"
    assert result.code == 1
    assert len(messages(on_broker)) == 2


def test_an_unknown_event_is_a_usage_error(edatool: EdatoolRun) -> None:
    result = edatool("publish", "order.placd", "-", typed="{}")
    assert (result.code, "it has order.placed" in result.err) == (2, True)


def test_no_broker_is_exit_4(edatool: EdatoolRun) -> None:
    result = edatool(
        "publish", "order.placed", "-", "--broker", "amqp://127.0.0.1:1", typed='{"region": "eu", "total": 1}'
    )
    assert result.code == 4
