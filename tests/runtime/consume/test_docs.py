"""The programs and the table of the pages about consuming are what they say."""

import importlib
import re
from pathlib import Path

import pytest

from edatool import Publisher
from edatool.broker.address import parse
from edatool.checks.load import load
from tests.broker_fixtures import Vhost
from tests.runtime.consume.outcome_table import shown
from tests.runtime.consume.paid_shop import Desk, await_true, working
from tests.runtime.router.filtered_shop import applied

ROOT = Path(__file__).parents[3]
TASKS = ROOT / "docs" / "tasks"
PROGRAM = re.compile(r"`(\w+)\.py`:\n\n```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
SETTLED = {"order": "A-1", "amount": 120, "provider": "acme"}


@pytest.fixture
def shop(vhost: Vhost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The sample, applied, and the programs of the page, which read it."""
    found = Desk(applied(vhost, load([str(ROOT / "routes.yaml")], {"SHOP_VHOST": vhost.name})))
    for name, text in PROGRAM.findall((TASKS / "consume.md").read_text()):
        (tmp_path / f"consuming_{name}.py").write_text(text.replace("amqp://user:password@host", vhost.url))
    monkeypatch.setenv("SHOP_VHOST", vhost.name)
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(str(tmp_path))
    return found


@pytest.mark.parametrize("name", ["service", "typed", "timed", "many"])
def test_the_programs_of_the_page_handle_events(shop: Desk, capsys: pytest.CaptureFixture[str], name: str) -> None:
    consumer = importlib.import_module(f"consuming_{name}").consumer
    with Publisher(shop.routes, parse(shop.shop.vhost.url)) as publisher:
        assert publisher.publish("payment.settled", SETTLED).ok
        assert publisher.publish("payment.failed", {**SETTLED, "order": "A-2", "reason": "no funds"}).ok
    with working(consumer):
        await_true(lambda: consumer.counts.done == 2, f"{consumer.counts}")
    told = sorted(capsys.readouterr().out.splitlines())
    assert (
        told
        == {
            "service": ["payment.failed A-2", "payment.settled A-1"],
            "timed": ["A-1", "A-2"],
            "many": ["A-1 A-2"],
            "typed": ["A-1 120.0 1", "A-2 is not paid"],
        }[name]
    )


def test_the_table_of_outcomes_is_the_one_that_was_measured() -> None:
    assert shown() in (TASKS / "when-handling-fails.md").read_text()
