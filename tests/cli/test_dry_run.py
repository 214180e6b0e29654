"""edatool publish --dry-run: no broker is there in these tests."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import EdatoolRun

GOOD, FULL, BAD = (
    '{"region": "eu", "total": 1}',
    '{"region": "full", "total": 1}',
    '{"region": "eu"}',
)


@pytest.fixture(autouse=True)
def _nowhere(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDATOOL_BROKER", "amqp://127.0.0.1:1")


def test_one_payload_is_shown_with_the_queues_that_would_get_it(edatool: EdatoolRun) -> None:
    result = edatool("publish", "order.placed", "--dry-run", typed=FULL)
    assert (result.code, result.err) == (0, "")
    assert result.out == "order.placed would go to full, orders: events [order.full.placed]\n"


def test_one_that_breaks_its_contract_is_rejected(edatool: EdatoolRun) -> None:
    result = edatool("publish", "order.placed", "--dry-run", typed=BAD)
    assert result.code == 1
    assert result.out.startswith("order.placed rejected\n  (payload): ")


def test_many_are_counted_by_the_way_that_they_would_go(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "a.jsonl").write_text(f"{GOOD}\n" * 10 + f"{FULL}\n" * 2 + f"{BAD}\n")
    result = edatool("publish", "order.placed", "a.jsonl", "--dry-run", "--rejects", "bad.jsonl")
    assert result.code == 1
    assert json.loads((shop / "bad.jsonl").read_text())["payload"] == BAD
    assert result.out.splitlines()[-3:] == [
        "10  order.placed -> orders",
        " 2  order.placed -> full, orders",
        " 1  order.placed rejected",
    ]
    assert result.out.startswith("a.jsonl:13: order.placed rejected\n")


def test_json_has_one_object_for_each(shop: Path, edatool: EdatoolRun) -> None:
    spec = shop / "routes.yaml"
    spec.write_text(spec.read_text().replace("  - {queue: orders, events: [order.placed]}\n", ""))
    typed = f"{GOOD}\n{FULL}\n{BAD}\n"
    result = edatool("publish", "order.placed", "-", "--lines", "--dry-run", "--format", "json", typed=typed)
    found = [json.loads(line) for line in result.out.splitlines()]
    assert [(one["line"], one["outcome"], one["queues"]) for one in found] == [
        (1, "unroutable", []),
        (2, "routed", ["full"]),
        (3, "rejected", []),
    ]
    assert {one["format_version"] for one in found} == {1}
    assert result.code == 6


def test_filters_are_evaluated(shop: Path, edatool: EdatoolRun) -> None:
    with (shop / "routes.yaml").open("a") as spec:
        spec.write('  - {queue: full, exchange: events, key: "#", filter: {data.total: [{numeric: [">=", 100]}]}}\n')
    small, large = '{"region": "eu", "total": 99}', '{"region": "eu", "total": 100}'
    shown = [edatool("publish", "order.placed", "--dry-run", typed=one).out for one in (small, large)]
    assert ["full" in one for one in shown] == [False, True]
