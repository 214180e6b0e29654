import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from edatool.broker.address import parse
from edatool.broker.publish import bare
from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun
from tests.processes import Process
from tests.sessions import at
from tests.silent_broker import silent_broker

SPEC = """\
edatool: 1
name: shop
exchanges: {events: {type: topic}}
queues: {big: {}, eu: {}}
bindings:
  - {queue: big, exchange: events, key: "order.#", filter: {data.total: [{numeric: [">=", 100]}]}}
  - {queue: eu, exchange: events, key: "order.#", filter: {key: order.eu}}
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vhost: Vhost) -> Vhost:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EDATOOL_BROKER", vhost.url)
    monkeypatch.setenv("EDATOOL_MANAGEMENT", vhost.management)
    Path("routes.yaml").write_text(SPEC)
    return vhost


def test_plan_says_how_each_filter_is_carried_out(shop: Vhost, edatool: EdatoolRun) -> None:
    result = edatool("plan")
    assert '    {"key": "order.eu"} of events to queue eu: by keys and headers alone\n' in result.out
    assert '"numeric": [">=", 100]}]} of events to queue big: by edatool\'s publishers; for others keep' in result.out


def test_route_says_which_filters_a_message_matches(shop: Vhost, edatool: EdatoolRun) -> None:
    spec = Path("routes.yaml")
    spec.write_text(spec.read_text() + "events: {placed: {exchange: events, key: order.us}}\n")
    for total, matching, queues in ((99, "no filter", "no queue"), (100, "the filters of queue big", "big")):
        Path("order.json").write_text(f'{{"total": {total}}}')
        result = edatool("route", "placed", "order.json")
        assert result.out.splitlines()[0] == f"events [order.us] matching {matching}"
        assert queues in result.out.splitlines()[-1]


@pytest.mark.parametrize(
    ("amount", "changes"),
    [
        (
            '[">=", 200]',
            "! placed becomes unroutable if its filter matched before except if its filter matches, "
            "such as order.us with data.total=199, losing big",
        ),
        (
            '[">=", 50]',
            "+ big gains placed if its filter matches except if its filter matched before, such as order.us with "
            "data.total=50",
        ),
    ],
)
def test_plan_says_whose_destination_a_change_of_filters_changes(
    shop: Vhost, edatool: EdatoolRun, amount: str, changes: str
) -> None:
    event = "events: {placed: {exchange: events, key: order.us}}\n"
    Path("routes.yaml").write_text(SPEC + event)
    assert edatool("apply", "--yes").code == 0
    Path("routes.yaml").write_text(SPEC.replace('[">=", 100]', amount) + event)
    assert f" simulated)\n  {changes}\n" in edatool("plan").out


def test_the_router_passes_on_what_other_clients_published(shop: Vhost, edatool: EdatoolRun) -> None:
    assert edatool("apply", "--yes").code == 0
    for total in (99, 100):
        bare.publish(at(parse(shop.url), shop.name), "events", "order.eu", f'{{"total": {total}}}'.encode())
    result = edatool("router", "--until-empty")
    assert (result.code, result.out) == (0, "1 passed, 1 filtered\n")
    assert edatool("router", "--until-empty").out == "no messages\n"


def test_sigterm_ends_the_router_in_peace(shop: Vhost, edatool: EdatoolRun) -> None:
    assert edatool("apply", "--yes").code == 0
    command = [str(Path(sys.executable).with_name("edatool")), "router", "--metrics", "127.0.0.1:0"]
    with Process(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr
        assert any(line.startswith("edatool router for shop on amqp://") for line in running.stderr)
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0


@pytest.mark.slow
def test_sigterm_ends_the_router_of_a_silent_broker(tmp_path: Path) -> None:
    (tmp_path / "routes.yaml").write_text(SPEC)
    with silent_broker() as silent:
        url = f"amqp://guest:guest@127.0.0.1:{silent.port}/"
        command = [str(Path(sys.executable).with_name("edatool")), "router", "--broker", url, "--management", "none"]
        with Process(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as running:
            assert running.stderr
            assert silent.connected.wait(20)
            running.send_signal(signal.SIGTERM)
            assert running.wait(20) == 4
            assert running.stderr.read().endswith("does not answer\n")


def test_a_router_before_apply_says_what_is_missing(shop: Vhost, edatool: EdatoolRun) -> None:
    result = edatool("router", "--until-empty")
    assert result.code == 4
    assert re.search(r"no queue 'edatool\.shop\.intake'", result.err)
