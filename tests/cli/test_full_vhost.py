"""A vhost that has as many queues as it may have: the lock of apply, which is one more, has no room."""

from pathlib import Path

import pytest

from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun

SPEC = """\
edatool: 1
name: shop
exchanges: {events: {type: topic}}
virtual_host: {limits: {max_queues: MOST}}
queues: {a: {}, b: {}}
bindings:
  - {exchange: events, queue: a, key: "#"}
  - {exchange: events, queue: b, key: "#"}
"""


def test_apply_says_what_is_missing_and_can_raise_the_limit(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    spec = shop / "routes.yaml"
    spec.write_text(SPEC.replace("MOST", "3"))
    assert edatool("apply", "--yes", "--adopt").code == 0
    spec.write_text(SPEC.replace("MOST", "2"))
    assert "max_queues 2 leaves no room for the lock of apply" in edatool("validate").out
    assert edatool("apply", "--yes").code == 0
    locked_out = edatool("apply", "--yes")
    assert locked_out.code == 4
    assert "as many queues as its max_queues allows, and the lock takes room for one more" in locked_out.err
    assert "cannot be reached" not in locked_out.err
    spec.write_text(SPEC.replace("MOST", "9"))
    assert edatool("apply", "--yes").code == 0
    assert "Nothing to do" in edatool("plan").out


@pytest.mark.parametrize(
    ("limit", "way"),
    [("max_queues", "lifted"), ("max_queues", "raised by a plan"), ("max_connections", "left")],
)
def test_a_limit_of_ours_that_keeps_the_lock_out_can_be_changed(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost, limit: str, way: str
) -> None:
    spec, text = shop / "routes.yaml", SPEC.replace("max_queues", limit)
    spec.write_text(text.replace("MOST", "3"))
    assert edatool("apply", "--yes", "--adopt").code == 0
    spec.write_text(text.replace("MOST", "2" if limit == "max_queues" else "0"))
    assert edatool("apply", "--yes").code == 0
    assert edatool("apply", "--yes").code == 4
    if way == "lifted":
        spec.write_text(text.replace(f"limits: {{{limit}: MOST}}", ""))
        assert edatool("apply", "--yes").code == 0
    elif way == "raised by a plan":
        spec.write_text(text.replace("MOST", "9"))
        assert edatool("plan", "--save", "plan.json").code == 0
        assert edatool("apply", "plan.json").code == 0
    else:
        assert edatool("destroy", "--yes").code == 0
        return
    assert "Nothing to do" in edatool("plan").out


def test_one_connection_is_enough_for_an_apply(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    spec, text = shop / "routes.yaml", SPEC.replace("max_queues: MOST", "max_connections: 1")
    spec.write_text(text)
    assert edatool("apply", "--yes", "--adopt").code == 0
    spec.write_text(text.replace("b: {}", "b: {}, c: {}"))
    assert edatool("apply", "--yes").code == 0
    assert "Nothing to do" in edatool("plan").out
    assert edatool("destroy", "--yes").code == 0
