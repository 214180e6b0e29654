"""The programs that docs/tasks/inbox.md shows handle events once."""

import importlib
import re
from pathlib import Path

import psycopg
import pytest

import edatool
from edatool import Publisher
from edatool.broker.address import parse
from edatool.checks.load import load
from edatool.spec.load import load_text
from tests.broker_fixtures import Vhost
from tests.runtime.consume.paid_shop import Desk, await_true, working
from tests.runtime.router.filtered_shop import applied

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "tasks" / "inbox.md").read_text()
PROGRAM = re.compile(r"`(\w+)\.py`:\n\n```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
SETTLED = {"order": "A-1", "amount": 120, "provider": "acme"}


@pytest.fixture
def shop(vhost: Vhost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The sample, applied, and the programs of the page, which read it."""
    found = Desk(applied(vhost, load([str(ROOT / "routes.yaml")], {"SHOP_VHOST": vhost.name})))
    for name, text in PROGRAM.findall(PAGE):
        given = text.replace("amqp://user:password@host", vhost.url).replace('"routes.yaml"', f'"{ROOT}/routes.yaml"')
        (tmp_path / f"inbox_{name}.py").write_text(given)
    monkeypatch.setenv("SHOP_VHOST", vhost.name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return found


def settle_twice(shop: Desk) -> None:
    with Publisher(shop.routes, parse(shop.shop.vhost.url)) as publisher:
        for _ in range(2):
            assert publisher.publish("payment.settled", SETTLED, "m-1").ok


def test_a_duplicate_is_handled_once(shop: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    consumer = importlib.import_module("inbox_once").consumer
    settle_twice(shop)
    with working(consumer):
        await_true(lambda: (consumer.counts.done, consumer.counts.repeated) == (1, 1), f"{consumer.counts}")
    assert capsys.readouterr().out == "payment.settled A-1\n"


def test_effect_memory_and_event_are_committed_together(
    shop: Desk, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(postgresql) as connection:
        for statement in (*edatool.inbox_ddl(), *edatool.outbox_ddl(), "CREATE TABLE shipped (payment text)"):
            connection.execute(statement.encode())
    monkeypatch.setenv("SHOP_DATABASE", postgresql)
    program = importlib.import_module("inbox_together")
    settle_twice(shop)
    with working(program.consumer):
        counts = program.consumer.counts
        await_true(lambda: (counts.done, counts.repeated) == (1, 1), f"{counts}")
    program.engine.dispose()
    with psycopg.connect(postgresql) as connection:
        assert connection.execute("SELECT payment FROM shipped").fetchall() == [("m-1",)]
        assert connection.execute("SELECT count(*) FROM edatool_outbox").fetchall() == [(1,)]


def test_the_consumer_of_the_page_is_one() -> None:
    (shown,) = re.findall(r"```yaml\n(consumers:.*?)```", PAGE, re.DOTALL)
    loaded = load_text(f"edatool: 1\nname: shop\n{shown}", "routes.yaml")
    assert loaded.findings == []
    assert loaded.spec.consumers["order-service"].concurrency == 8
