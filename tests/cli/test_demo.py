import os
import shutil
import sys
from pathlib import Path

import pytest

from edatool.cli.demo.other_systems import other_systems
from edatool.server import node
from tests.broker_fixtures import require_node
from tests.cli.conftest import EdatoolRun

ROOT = Path(__file__).parents[2]


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The repository's own example, in a folder of its own."""
    shutil.copy(ROOT / "routes.yaml", tmp_path)
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    monkeypatch.chdir(tmp_path)


def table(out: str) -> dict[str, str]:
    """Return the lines about queues that end the demo, by the queue's name."""
    lines = out.partition("== what the queues hold\n")[2].partition("\n\n")[0].splitlines()
    return {line.split()[0]: " ".join(line.split()[1:]) for line in lines}


EXPECTED = {
    "order-processing": "4 2 payment.settled, 2 payment.failed",
    "notifications": "7 2 order.placed, 2 payment.failed, 1 freezer.measured, 2 of another client",
    "analytics": "10 2 order.placed, 2 payment.settled, 2 payment.failed, 1 invoice.sent, 1 freezer.measured, "
    "2 of another client",
    "billing": "2 2 payment.settled",
    "bonus-club": "1 1 invoice.sent",
    "key-accounts": "2 1 order.placed, 1 of another client",
    "large-order-function": "1 1 order.placed",
    "dead-letters": "0",
    "unrouted": "1 1 catalogue.updated",
}


def test_the_story_is_told_on_a_real_broker_and_the_services_consume_what_was_published(edatool: EdatoolRun) -> None:
    require_node()
    result = edatool("demo", "--sample")
    assert result.code == 0
    assert "RabbitMQ" in result.out
    assert "and once more: Nothing to do: 53 unchanged." in result.out
    assert result.out.count(" confirmed: ") == 9
    assert sum(line.split()[1:] == ["rejected"] for line in result.out.splitlines()) == 6
    assert EXPECTED.items() <= table(result.out).items()
    others, _, told = result.out.partition("== other systems")[2].partition("== the services that consume them")
    answers = {
        '202 {"event": "order.placed", "message_id": "order-A-10", "outcome": "confirmed"}': 2,
        "422 {": 1,
        '202 {"event": "payment.settled", "message_id": "acme:payment-A-10", "outcome": "confirmed"}': 1,
        "401 {": 1,
        "<order>A-10</order><amount>80</amount><paidBy>acme</paidBy></WriteInvoice>": 1,
        "<event>invoice.sent</event>": 3,
        "  3 done\n": 1,
        "order A-10 of 80: signed, and credited": 1,
        "4 done, 1 retried": 1,
    }
    assert {answer: others.count(answer) for answer in answers} == answers
    assert "  5 confirmed, 1 rejected, 1 refused\n" in others
    assert told.count("is tried again: CarrierBusy: no van for order A-8") == 2
    assert told.count("order A-8 is shipped") == 1
    assert told.index("payment-9 of queue order-processing goes to the dead letters") < told.index("A-9 is shipped")
    assert "  7 done, 2 retried, 1 dead, 1 repeated\n" in told
    assert "services/large_order.py'\n  1 done\n" in told
    assert "customer: please pay order A-2 in another way" in told


def test_without_the_packages_of_extras_other_systems_are_left_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "zeep", None)
    other_systems("amqp://nobody.invalid")
    assert capsys.readouterr().out == "Left out: they take extras, pip install '.[gateway,soap]' in a clone.\n"


def test_without_a_server_the_story_is_told_in_memory_and_says_what_is_left_out(
    sample: None, edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node, "available", lambda: False)
    result = edatool("demo")
    assert result.code == 0
    assert "There is no RabbitMQ on this machine, and no Docker: plan and apply are left out" in result.out
    assert result.out.count(" confirmed: ") == 9
    assert EXPECTED.items() <= table(result.out).items()


def test_in_a_folder_without_a_spec_the_sample_of_the_package_is_shown(
    tmp_path: Path, edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EDATOOL_FILE", raising=False)
    monkeypatch.setattr(node, "available", lambda: False)
    result = edatool("demo")
    assert result.code == 0
    assert result.out.startswith("There is no routes.yaml in this folder: this is edatool's sample, a shop.\n")
    assert result.out.endswith("\n  edatool init --template shop shop\n")
    assert EXPECTED.items() <= table(result.out).items()
    assert edatool("demo", "-f", "routes.yaml").code == 2


def test_it_is_said_why_an_event_is_not_published(
    tmp_path: Path, edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(node, "available", lambda: False)
    event = "{exchange: amq.topic, schema: %s}"
    (tmp_path / "routes.yaml").write_text(
        "edatool: 1\nname: s\nqueues: {q: {}}\nbindings: [{queue: q, exchange: amq.topic, key: '#'}]\n"
        f"events: {{a: {{exchange: amq.topic}}, b: {event % 'b.json'}, c: {event % 'c.json'}}}\n"
    )
    (tmp_path / "b.json").write_text('{"type": "object"}')
    (tmp_path / "c.json").write_text('{"type": "object", "required": ["id"], "examples": [{"id": 1}]}')
    said = edatool("demo").out
    assert "\na is not published, for it has no schema to take an example of\n" in said
    assert "\nb is not published, for the schema b.json has no examples\n" in said
    refused = "c without 'id', to see it refused:\nc rejected\n  (payload): \"id\" is a required property\n"
    assert f"\nc confirmed: amq.topic [c]\n{refused}" in said


def test_the_sample_has_no_findings_and_its_tests_cover_all_of_it(sample: None, edatool: EdatoolRun) -> None:
    assert "SHOP_VHOST" not in os.environ
    assert edatool("validate").out == ""
    result = edatool("test", "--min-coverage", "100")
    assert result.code == 0
