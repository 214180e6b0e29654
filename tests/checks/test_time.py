"""Checking takes a time in proportion to the spec, also where everything in it is wrong."""

import time
from pathlib import Path

import pytest

from edatool.checks.load import load

HEAD = "edatool: 1\nname: shop\n"
MANY = 1000


def flow(section: str, *entries: str) -> str:
    return f"{section}: {{{', '.join(entries)}}}\n"


QUEUES = flow("queues", *(f"orders-of-{i}: {{}}" for i in range(MANY)))
VALID = (
    QUEUES
    + "bindings:\n"
    + "".join(f"  - {{queue: orders-of-{i}, exchange: amq.topic, key: a}}\n" for i in range(MANY))
)
SHAPES = {
    "unknown keys": flow("queues", *(f"q{i}: {{typ{i}: quorum}}" for i in range(MANY))),
    "queues that are not declared": VALID.replace("queue: orders-of", "queue: order-of"),
    "queues that are declared again": flow("queues", *["q: {}"] * MANY),
    "unknown arguments": flow("defaults", "queue: &d {arguments: {" + ", ".join(f"k{i}: 1" for i in range(100)) + "}}")
    + flow("queues", *(f"q{i}: *d" for i in range(MANY // 10))),
    "alternates in a chain": flow(
        "exchanges", *(f"e{i}: {{type: topic, alternate: e{max(i - 1, 0)}}}" for i in range(MANY))
    ),
    "dead letters in a chain": flow(
        "queues", *(f"q{i}: {{dead_letter: {{exchange: '', key: q{max(i - 1, 0)}}}}}" for i in range(MANY))
    ),
    "findings that are ignored": "events: {placed: {exchange: amq.topic}}\nqueues:\n"
    + "".join(f"  q{i}: {{}}  # edatool: ignore[W262] because of {i}\n" for i in range(MANY)),
    "missing schemas": flow("events", *(f"e{i}: {{exchange: amq.topic, schema: s{i}.json}}" for i in range(MANY))),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_spec_is_checked_in_proportion_to_its_length(shape: str, tmp_path: Path) -> None:
    valid = _seconds(tmp_path, VALID)
    assert _seconds(tmp_path, SHAPES[shape]) < 30 * valid


def _seconds(folder: Path, text: str) -> float:
    (folder / "r.yaml").write_text(HEAD + text)
    started = time.process_time()
    load([str(folder / "r.yaml")], {})
    return time.process_time() - started
