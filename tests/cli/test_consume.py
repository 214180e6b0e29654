import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import edatool as library
from edatool.broker.address import parse
from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun
from tests.processes import Process
from tests.runtime.deliveries.endpoint import Answer, endpoint

SPEC = """\
edatool: 1
name: shop
defaults: {queue: {type: quorum}}
events: {placed: {exchange: events, key: "order.{id}"}}
exchanges: {events: {type: topic}}
queues:
  orders: {retry: [200ms], dead_letter: {exchange: "", key: dead}}
  dead: {}
bindings:
  - {queue: orders, events: [placed]}
triggers:
  large: {events: [placed], filter: {data.total: [{numeric: [">=", 500]}]}, run: [tee, -a, large]}
  kept: {queue: orders, call: "keeping:keep"}
deliveries:
  partner: {queue: orders, to: {env: PARTNER_URL}, allow: [127.0.0.0/8]}
"""
KEEPING = """\
from pathlib import Path

def keep(event):
    with Path("kept").open("a") as file:
        print(event.payload["id"], file=file)
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vhost: Vhost, edatool: EdatoolRun) -> Vhost:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("EDATOOL_BROKER", vhost.url)
    monkeypatch.setenv("EDATOOL_MANAGEMENT", vhost.management)
    for name in ("keeping", "on_aws"):  # modules of the folder of another test
        monkeypatch.delitem(sys.modules, name, raising=False)
    Path("routes.yaml").write_text(SPEC)
    Path("keeping.py").write_text(KEEPING)
    assert edatool("apply", "--yes").code == 0
    return vhost


def publish(shop: Vhost, *payloads: dict[str, object]) -> None:
    with library.Publisher("routes.yaml", shop.url) as publisher:
        assert all(receipt.ok for receipt in publisher.publish_many([("placed", one) for one in payloads]))


def program(code: str) -> str:
    return f"{sys.executable} -c '{code}'"


def test_each_event_of_a_queue_runs_a_program_with_its_payload(shop: Vhost, edatool: EdatoolRun) -> None:
    publish(shop, {"id": "A-1"}, {"id": "A-2"})
    keeps = program('import os, sys; open(os.environ["CE_ROUTINGKEY"], "w").write(sys.stdin.read())')
    result = edatool("consume", "orders", "--run", keeps, "--limit", "2")
    assert (result.code, result.out) == (0, "2 done\n")
    assert json.loads(Path("order.A-1").read_text()) == {"id": "A-1"}
    assert json.loads(Path("order.A-2").read_text()) == {"id": "A-2"}


def test_a_program_that_fails_is_run_again_after_the_wait_and_one_that_refuses_is_not(
    shop: Vhost, edatool: EdatoolRun
) -> None:
    fails_once = program('import os; raise SystemExit(0 if os.environ["CE_ATTEMPT"] == "2" else 9)')
    publish(shop, {"id": "A-1"})
    result = edatool("consume", "orders", "--run", fails_once, "--limit", "2")
    assert result.out == "1 done, 1 retried\n"
    assert "ended with exit code 9" in result.err
    publish(shop, {"id": "A-2"})
    result = edatool("consume", "orders", "--run", program("raise SystemExit(65)"), "--limit", "1")
    assert result.out == "1 dead\n"
    assert "goes to the dead letters" in result.err


def test_the_declared_triggers_run_for_the_events_that_match(shop: Vhost, edatool: EdatoolRun) -> None:
    publish(shop, {"id": "A-1", "total": 1200}, {"id": "A-2", "total": 5})
    result = edatool("consume", "--triggers", "--limit", "3")
    assert result.out == "3 done\n"
    assert sorted(Path("kept").read_text().split()) == ["A-1", "A-2"]
    assert [json.loads(line)["id"] for line in Path("large").read_text().splitlines()] == ["A-1"]


def test_a_delivery_posts_the_events_of_its_queue_until_the_endpoint_is_gone(
    shop: Vhost, edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(shop, {"id": "A-1"}, {"id": "A-2"})
    with endpoint() as partner:
        monkeypatch.setenv("PARTNER_URL", partner.url())
        result = edatool("consume", "--delivery", "partner", "--limit", "1")
        assert (result.code, result.out) == (0, "1 done\n")
        partner.answers = [Answer(410)]
        result = edatool("consume", "--delivery", "partner", "--limit", "1")
    assert result.code == 5
    assert "the delivery 'partner' is switched off" in result.err
    assert sorted(json.loads(body)["id"] for _, _, body in partner.got) == ["A-1", "A-2"]


def test_what_a_filter_does_not_match_is_acknowledged_without_an_action(shop: Vhost, edatool: EdatoolRun) -> None:
    publish(shop, {"id": "A-1", "total": 5}, {"id": "A-2", "total": 50})
    pattern = 'data.total: [{numeric: [">=", 10]}]'
    result = edatool("consume", "orders", "--call", "keeping:keep", "--filter", pattern, "--limit", "2")
    assert result.out == "1 done, 1 filtered\n"
    assert Path("kept").read_text().split() == ["A-2"]


def test_a_function_for_aws_lambda_gets_what_lambda_hands_over(shop: Vhost, edatool: EdatoolRun) -> None:
    Path("on_aws.py").write_text(
        "import json\n"
        "def handler(event, context):\n"
        "    ((queue, messages),) = event['rmqMessagesByQueue'].items()\n"
        "    with open('got', 'w') as file:\n"
        "        json.dump([queue, messages[0]['data'], context.get_remaining_time_in_millis() > 0], file)\n"
    )
    publish(shop, {"id": "A-1"})
    assert edatool("consume", "orders", "--lambda", "on_aws:handler", "--limit", "1").out == "1 done\n"
    assert json.loads(Path("got").read_text()) == [f"orders::{shop.name}", "eyJpZCI6IkEtMSJ9", True]


def test_sigterm_lets_what_runs_get_done(shop: Vhost) -> None:
    os.mkfifo("begun")
    os.mkfifo("go-on")
    waits = 'import os; open("begun", "w").close(); open("go-on").read(); open("done", "w").close()'
    publish(shop, {"id": "A-1"})
    command = [sys.executable, "-m", "edatool", "consume", "orders", "--run", program(waits)]
    with Process(command, stdout=subprocess.PIPE, text=True) as process:
        Path("begun").read_text()
        process.send_signal(signal.SIGTERM)
        Path("go-on").write_text("")
        out, _ = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "1 done\n")
    assert Path("done").exists()


def test_a_spec_on_the_broker_brings_no_actions_with_it(shop: Vhost, edatool: EdatoolRun) -> None:
    routes = library.load("broker:shop", broker=parse(shop.url, shop.management))
    assert not routes.spec.triggers
    assert not routes.spec.deliveries
    assert {"large", "large.dead"} <= routes.spec.queues.keys()
    assert edatool("consume", "-f", "broker:shop", "--triggers").code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["orders", "--warm"], "say what each event starts"),
        (["orders", "--run", "true", "--call", "a:b"], "one thing only"),
        (["--run", "true"], "name the queue"),
        (["orders", "--run", "'"], "no closing quotation"),
        (["orders", "--run", "no-such-program"], "there is no program 'no-such-program'"),
        (["orders", "--call", "no_such_module:keep"], "there is no module 'no_such_module'"),
        (["orders", "--call", "json:keep"], "module 'json' has no 'keep'"),
        (["orders", "--http", "http://localhost:1", "--warm"], "--warm is for programs"),
        (["order", "--run", "true"], "declares no queue 'order'"),
        (["--delivery", "other"], "there is no delivery 'other': the spec declares partner"),
        (["--delivery", "partner", "--timeout", "3"], "--delivery takes all that it does from the spec"),
        (["--triggers", "--timeout", "3"], "takes queues, actions and timeouts from the spec"),
    ],
)
def test_a_command_that_cannot_work_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edatool: EdatoolRun, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("routes.yaml").write_text(SPEC)
    result = edatool("consume", *arguments)
    assert result.code == 2
    assert said in result.err
