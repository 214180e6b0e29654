"""The shop and its partner, for all tests of deliveries."""

import base64
from collections.abc import Iterator

import pytest

import edatool
from edatool.broker.address import parse
from tests.broker_fixtures import Server, fresh_vhost
from tests.runtime.deliveries.endpoint import Endpoint, endpoint
from tests.runtime.deliveries.partner_shop import KEYS, SPEC, Shop


@pytest.fixture(scope="package")
def one_shop(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    spec = tmp_path_factory.mktemp("shop") / "routes.yaml"
    spec.write_text(SPEC)
    spec.with_name("settled.json").write_text('{"type": "object", "required": ["order"]}')
    spec.with_name("of-customer-a.json").write_text('{"properties": {"customer": {"const": "A"}}}')
    with fresh_vhost(server) as vhost:
        routes = edatool.load(str(spec))
        with edatool.connect(parse(vhost.url, vhost.management), routes) as session:
            edatool.apply(edatool.plan(routes, session), session)
        yield Shop(vhost, routes)


@pytest.fixture
def partner(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    with endpoint() as one:
        monkeypatch.setenv("PARTNER_URL", one.url())
        for name, key in KEYS.items():
            monkeypatch.setenv(name, f"whsec_{base64.b64encode(key).decode()}")
        yield one


@pytest.fixture
def shop(one_shop: Shop) -> Iterator[Shop]:
    yield one_shop
    one_shop.empty()
