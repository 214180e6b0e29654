"""The services that docs/tasks/publish.md shows really publish."""

import asyncio
import importlib
import re
from pathlib import Path

import httpx
import pytest

from edatool.broker.address import parse
from edatool.broker.live import read
from edatool.change.apply import apply
from edatool.change.plan import plan_apply
from edatool.checks.load import load
from edatool.routing.compile import compile_spec
from tests.broker_fixtures import Vhost
from tests.sessions import at

PAGE = (Path(__file__).parents[2] / "docs" / "tasks" / "publish.md").read_text()
FILE = re.compile(r"^`([\w.]+)`:\n\n```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
SPEC = """\
edatool: 1
name: shop
events:
  order.placed: {exchange: e, key: "order.{region}", schema: s.json}
exchanges: {e: {type: topic}}
queues: {q: {}}
bindings: [{queue: q, exchange: e, key: "order.#"}]
"""
SCHEMA = '{"type": "object", "required": ["region"], "properties": {"region": {"enum": ["eu", "us"]}}}'


@pytest.fixture(autouse=True)
def _service(tmp_path: Path, vhost: Vhost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("EDATOOL_BROKER", vhost.url)
    (tmp_path / "routes.yaml").write_text(SPEC)
    (tmp_path / "s.json").write_text(SCHEMA)
    for name, content in FILE.findall(PAGE):
        (tmp_path / f"shown_{name}").write_text(content.replace("amqp://user:password@host", vhost.url))
    address = parse(vhost.url, vhost.management)
    apply(
        plan_apply(compile_spec(load(["routes.yaml"], {}).spec), read(at(address, vhost.name)).topology),
        at(address, vhost.name),
    )


def test_the_plain_service_publishes() -> None:
    service = importlib.import_module("shown_service")
    assert service.place_order({"region": "eu"}) == "confirmed"
    with pytest.raises(ValueError, match="/region"):
        service.place_order({"region": "mars"})
    assert service.publisher.close() == []


def test_the_fastapi_service_publishes() -> None:
    app = importlib.import_module("shown_app").app

    async def ask() -> list[httpx.Response]:
        served = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service")
        async with app.router.lifespan_context(app), served as client:
            return [await client.post("/orders", json={"region": region}) for region in ("eu", "mars")]

    accepted, refused = asyncio.run(ask())
    assert (accepted.status_code, refused.status_code) == (202, 422)
    assert accepted.json()["message_id"]
    assert "/region" in refused.json()["detail"][0]


def test_the_fastapi_service_says_503_while_there_is_no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDATOOL_BROKER", "amqp://user:hidden@127.0.0.1:1")
    app = importlib.import_module("shown_app").app

    async def ask() -> httpx.Response:
        served = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service")
        async with app.router.lifespan_context(app), served as client:
            return await client.post("/orders", json={"region": "eu"})

    answer = asyncio.run(ask())
    assert answer.status_code == 503
    assert "cannot be reached" in answer.json()["detail"]
    assert "hidden" not in answer.text
