import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

import edatool
from tests.broker.test_publishing import ids_in
from tests.broker_fixtures import Vhost
from tests.gateway.serving import ORDER, serving, written
from tests.gateway.test_webhooks import signed

SOURCE = """
sources:
  bank: {signature: {style: stripe, secrets: [{env: BANK_SECRET}]}, event: order.placed}
"""


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[edatool.Routes]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BANK_SECRET", "new")
        yield written(tmp_path_factory.mktemp("spec"), SOURCE)


@pytest.fixture(params=["sqlite", "postgresql"])
def keys(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where keys are kept, once for each kind."""
    found: str = str(tmp_path / "keys.db") if request.param == "sqlite" else request.getfixturevalue("postgresql")
    return found


def post(url: str, key: str, total: int = 1) -> httpx.Response:
    order, headers = {**ORDER, "total": total}, {"Idempotency-Key": key}
    return httpx.post(f"{url}/events/order.placed", json=order, headers=headers, trust_env=False, timeout=30)


def test_a_gateway_that_was_started_again_gives_the_first_answer_and_makes_no_second_event(
    shop: Vhost, routes: edatool.Routes, keys: str
) -> None:
    ids_in(shop.url, "orders")
    with serving(routes, shop.url, keys=keys) as url:
        first = post(url, "a")
    with serving(routes, shop.url, keys=keys) as url:
        repeated, other = post(url, "a"), post(url, "a", total=2)
    assert (first.status_code, repeated.status_code, repeated.json()) == (202, 202, first.json())
    assert (other.status_code, other.json()["type"]) == (422, "urn:edatool:problem:other-request")
    assert ids_in(shop.url, "orders") == {"a": 1}


def test_gateways_that_share_their_keys_make_one_event(shop: Vhost, routes: edatool.Routes, keys: str) -> None:
    ids_in(shop.url, "orders")
    with ExitStack() as all_of_them:
        urls = [all_of_them.enter_context(serving(routes, shop.url, keys=keys)) for _ in range(2)]
        answers = [post(url, "b") for url in urls]
    assert [one.status_code for one in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()
    assert ids_in(shop.url, "orders") == {"b": 1}


def test_a_webhook_that_comes_again_after_a_restart_is_no_second_event(
    shop: Vhost, routes: edatool.Routes, keys: str
) -> None:
    ids_in(shop.url, "orders")
    body = json.dumps({"id": "m-1", **ORDER}).encode()
    for _ in range(2):
        with serving(routes, shop.url, keys=keys) as url:
            answer = httpx.post(f"{url}/webhooks/bank", content=body, headers=signed(body), trust_env=False, timeout=30)
            assert answer.status_code == 202
    assert ids_in(shop.url, "orders") == {"bank:m-1": 1}
