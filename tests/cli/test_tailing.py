"""edatool consume without an action, and edatool peek: messages are seen, and left alone."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edatool.broker.declare.operations import Operation, run
from edatool.routing.topology import Queue
from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun
from tests.processes import Process
from tests.runtime.dead_letters.cemetery import Cemetery, cemetery
from tests.sessions import session_of

ORDER = b'{"region": "eu", "total": 7}'


@pytest.fixture
def there(shop: Path, vhost: Vhost, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cemetery]:
    monkeypatch.setenv("EDATOOL_BROKER", vhost.url)
    monkeypatch.setenv("EDATOOL_MANAGEMENT", vhost.management)
    with cemetery(vhost) as found:
        yield found


@contextmanager
def seeing(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """Run edatool consume until it sees what comes."""
    command = [sys.executable, "-m", "edatool", "consume", *arguments]
    with Process(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ) as running:
        assert running.stderr
        try:
            for line in running.stderr:
                if line.startswith("seeing what comes"):
                    yield running
                    break
            else:
                pytest.fail("it ended")
        finally:
            running.kill()


def publish(there: Cemetery, total: int, key: str = "order.eu.placed") -> None:
    body = json.dumps({"region": "eu", "total": total}).encode()
    there.publish("events", key, body, message_id=f"m{total}", type="order.placed")


def test_what_comes_into_a_queue_is_seen_and_still_there(there: Cemetery) -> None:
    publish(there, 1)
    with seeing("orders", "--limit", "2", "--format", "json") as running:
        publish(there, 2)
        publish(there, -3)
        seen = [json.loads(line) for line in running.communicate(timeout=30)[0].splitlines()]
        assert running.returncode == 0
    assert [(one["id"], one["today"]["valid"]) for one in seen] == [("m2", True), ("m-3", False)]
    assert [method.redelivered for method, _, _ in there.take("orders")] == [False] * 3


def test_an_event_is_seen_with_a_filter_until_ctrl_c(there: Cemetery) -> None:
    with seeing("--event", "order.placed", "--filter", 'data.total: [{numeric: [">", 5]}]') as running:
        publish(there, 1)
        there.publish("events", "order.eu.placed", '{"total": 9, "t": "\u202e"}'.encode(), type="order.placed")
        publish(there, 8)
        assert running.stdout
        lines: list[str] = []
        while not lines or "m8 (28 bytes)" not in lines[-1]:
            lines.append(running.stdout.readline())
        running.send_signal(signal.SIGINT)
        rest = running.communicate(timeout=30)[0]
        assert running.returncode == 130
    text = "".join(lines) + rest
    assert "m1 (" not in text
    assert "\\u202e" in text
    assert "\u202e" not in text
    assert there.count("orders") == 3


def test_a_stream_is_seen_from_an_offset_on(there: Cemetery, edatool: EdatoolRun, vhost: Vhost) -> None:
    run(session_of(vhost), [Operation("create", Queue("history", arguments={"x-queue-type": "stream"}))])
    for number in range(3):
        there.publish("", "history", ORDER, message_id=f"m{number}", type="order.placed")
    result = edatool("consume", "history", "--offset", "1", "--limit", "2", "--format", "json")
    assert [json.loads(line)["id"] for line in result.out.splitlines()] == ["m1", "m2"]


def test_a_queue_of_our_own_is_not_bound_where_that_would_change_anything(there: Cemetery, edatool: EdatoolRun) -> None:
    there.channel.queue_unbind("orders", "events", "order.#")
    nobody = edatool("consume", "--event", "order.placed")
    assert (nobody.code, "nothing on exchange events is bound to all of order.placed" in nobody.err) == (5, True)
    assert "nothing is bound to queue orders" in edatool("consume", "orders").err
    assert edatool("consume", "gone").code == edatool("consume").code == 2


@pytest.mark.parametrize("kind", ["classic", "quorum"])
def test_peek_shows_the_first_messages_and_leaves_them(
    vhost: Vhost, there: Cemetery, edatool: EdatoolRun, kind: str
) -> None:
    run(session_of(vhost), [Operation("create", Queue("work", arguments={"x-queue-type": kind}))])
    for number in range(20):
        there.publish("", "work", ORDER, message_id=f"m{number}", type="order.placed")
    for _ in range(3):
        shown = json.loads(edatool("peek", "work", "--limit", "5", "--format", "json").out)["messages"]
        assert [one["id"] for one in shown] == [f"m{number}" for number in range(5)]
    taken = there.take("work")
    assert [properties.message_id for _, properties, _ in taken] == [f"m{number}" for number in range(20)]
    assert [method.redelivered for method, _, _ in taken] == [True] * 5 + [False] * 15
    assert edatool("peek", "work").out == "no message\n"
