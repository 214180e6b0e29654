"""The services that docs/tasks/outbox.md shows really publish."""

import importlib
import re
from pathlib import Path

import psycopg
import pytest
import sqlalchemy
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from edatool.broker.address import parse
from edatool.broker.live import read
from edatool.change.apply import apply
from edatool.change.plan import plan_apply
from edatool.checks.load import load
from edatool.cli.main import run
from edatool.routing.compile import compile_spec
from tests.broker_fixtures import Vhost
from tests.runtime.outbox.kept import SCHEMA, SPEC, ids_kept
from tests.runtime.outbox.relays import eventually, take
from tests.sessions import at

PAGE = (Path(__file__).parents[3] / "docs" / "tasks" / "outbox.md").read_text()
FILE = re.compile(r"^`([\w.]+)`:\n\n```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(autouse=True)
def _service(tmp_path: Path, vhost: Vhost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("EDATOOL_BROKER", vhost.url)
    (tmp_path / "routes.yaml").write_text(SPEC.replace("placed:", "order.placed:"))
    (tmp_path / "s.json").write_text(SCHEMA)
    for name, content in FILE.findall(PAGE):
        (tmp_path / f"kept_{name}").write_text(content.replace("amqp://user:password@host", vhost.url))
    address = parse(vhost.url, vhost.management)
    topology = compile_spec(load(["routes.yaml"], {}).spec)
    apply(plan_apply(topology, read(at(address, vhost.name)).topology), at(address, vhost.name))


def test_the_service_with_a_file_publishes(tmp_path: Path, vhost: Vhost) -> None:
    service = importlib.import_module("kept_service")
    message_id = service.place_order({"region": "eu"})
    with pytest.raises(ValueError, match="/region"):
        service.place_order({"region": 1})
    eventually(lambda: ids_kept(tmp_path / "outbox.db") == [])
    assert service.publisher.close() == []
    assert take(vhost.url) == [("order.eu", message_id)]


def test_the_service_with_a_database_publishes_what_it_commits(
    vhost: Vhost, postgresql: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["outbox", "ddl"]) == 0
    with psycopg.connect(postgresql) as connection:
        connection.execute(capsys.readouterr().out)
        connection.execute("CREATE TABLE orders (region text NOT NULL)")
    service = importlib.import_module("kept_shop")
    engine = sqlalchemy.create_engine(postgresql.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool)
    with Session(engine) as session:
        service.place_order(session, {"region": "eu"})
        with pytest.raises(ValueError, match="/region"):
            service.place_order(session, {"region": 1})
    monkeypatch.setenv("EDATOOL_OUTBOX_DSN", postgresql)
    assert run(["outbox", "relay"]) == 0
    assert capsys.readouterr().out == "1 confirmed; 0 waiting, 0 parked\n"
    assert [key for key, _ in take(vhost.url)] == ["order.eu"]
    with psycopg.connect(postgresql) as connection:
        assert connection.execute("SELECT region FROM orders").fetchall() == [("eu",)]
