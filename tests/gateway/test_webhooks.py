import hashlib
import hmac
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

import edatool
from edatool.errors import WrongUsage
from tests.broker.test_publishing import ids_in
from tests.broker_fixtures import Vhost
from tests.gateway.serving import serving, written
from tests.runtime.consume.paid_shop import await_true

SOURCES = """
sources:
  bank:
    signature: {style: stripe, secrets: [{env: NEW_SECRET}, {env: OLD_SECRET}]}
    event:
      by: data.type
      events: {sent: order.placed, lost: order.lost, late: order.late}
      otherwise: ignore
    fields: {region: data.where, total: data.amount}
  chat:
    path: /hooks/chat
    signature: {style: slack, secrets: [{env: NEW_SECRET}]}
    event: order.placed
  commands:
    path: /hooks/commands
    signature: {style: slack, secrets: [{env: NEW_SECRET}]}
    event: order.noted
    id: data.trigger_id
producers:
  storefront: {events: [order.placed], certificate: CN=storefront}
"""


@pytest.fixture(scope="module")
def hooks(shop: Vhost, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a gateway takes the webhooks of a bank and a chat."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEW_SECRET", "new")
        patch.setenv("OLD_SECRET", "old")
        with serving(written(tmp_path_factory.mktemp("hooks"), SOURCES), shop.url) as url:
            yield url


def signed(body: bytes, secret: str = "new", at: float | None = None) -> dict[str, str]:
    """Sign as Stripe does."""
    stamp = int(time.time() if at is None else at)
    made = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={stamp},v1={made}"}


def body(number: str, kind: str = "sent", where: str = "eu") -> bytes:
    return json.dumps({"id": number, "type": kind, "where": where, "amount": 5}).encode()


def post(
    hooks: str, content: bytes, headers: dict[str, str] | None = None, path: str = "/webhooks/bank"
) -> httpx.Response:
    return httpx.post(
        f"{hooks}{path}", content=content, headers=headers or signed(content), trust_env=False, timeout=30
    )


@pytest.mark.parametrize("secret", ["new", "old"])
def test_a_signed_request_is_an_event_under_its_own_id(hooks: str, shop: Vhost, secret: str) -> None:
    answer = post(hooks, body(secret), signed(body(secret), secret))
    assert (answer.status_code, answer.json()["outcome"]) == (202, "confirmed")
    assert ids_in(shop.url, "orders")[f"bank:{secret}"] == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(body("x"), "another"),
        signed(body("y")),
        signed(body("x"), at=time.time() - 400),
        {"Stripe-Signature": "t=,v1=\xff"},
        {"Stripe-Signature": "v1=" * 10_000},
    ],
    ids=["none", "another secret", "another body", "too old", "no signature", "long"],
)
def test_what_is_not_signed_well_is_refused_and_not_told_why(hooks: str, shop: Vhost, headers: dict[str, str]) -> None:
    raw = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
    answer = httpx.post(f"{hooks}/webhooks/bank", content=body("x"), headers=raw, trust_env=False)
    assert answer.status_code == 401
    assert answer.json() == {
        "type": "urn:edatool:problem:not-signed",
        "title": "The signature is not good",
        "status": 401,
    }
    assert not ids_in(shop.url, "orders")


def test_a_replay_has_the_answer_of_the_first_and_is_no_second_event(hooks: str, shop: Vhost) -> None:
    headers = signed(body("replayed"))
    with ThreadPoolExecutor(8) as together:
        at_once = list(together.map(lambda _: post(hooks, body("replayed"), headers), range(8)))
    later = post(hooks, body("replayed"), signed(body("replayed"), at=time.time() + 60))
    assert {each.status_code for each in at_once} <= {202, 409}
    assert {each.text for each in (*at_once, later) if each.status_code == 202} == {later.text}
    assert ids_in(shop.url, "orders") == {"bank:replayed": 1}


@pytest.mark.parametrize(("kind", "status"), [("lost", 409), ("late", 503)])
def test_what_failed_may_come_again_under_its_id(hooks: str, shop: Vhost, kind: str, status: int) -> None:
    assert post(hooks, body(f"again-{kind}", kind)).status_code == status
    # What the sender changed in between does not matter: it is the id that was not taken.
    assert post(hooks, body(f"again-{kind}")).status_code == 202
    assert ids_in(shop.url, "orders")[f"bank:again-{kind}"] == 1


def test_what_breaks_the_contract_is_answered_with_all_that_it_breaks(hooks: str) -> None:
    answer = post(hooks, body("mars", where="mars"))
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["violations"]] == ["/region"]


def test_what_the_source_ignores_is_taken_and_no_event(hooks: str, shop: Vhost) -> None:
    answer = post(hooks, body("1", "charged"))
    assert (answer.status_code, answer.json()) == (200, {"outcome": "ignored"})
    assert not ids_in(shop.url, "orders")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000, b'{"type": "sent"}'])
def test_a_signed_body_that_is_no_event_is_422(hooks: str, content: bytes) -> None:
    answer = post(hooks, content)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:edatool:problem:no-event")


def test_a_body_that_is_too_large_is_413_before_it_is_looked_at(hooks: str) -> None:
    assert post(hooks, b"x" * (2**20 + 1), {"Stripe-Signature": "t=0"}).status_code == 413


def by_slack(content: bytes) -> dict[str, str]:
    """Sign as Slack does."""
    stamp = str(int(time.time()))
    made = hmac.new(b"new", f"v0:{stamp}:".encode() + content, hashlib.sha256).hexdigest()
    return {"X-Slack-Signature": f"v0={made}", "X-Slack-Request-Timestamp": stamp}


def test_a_command_of_slack_is_an_event_and_has_an_answer_that_shows_nothing(hooks: str, shop: Vhost) -> None:
    content = b"command=%2Forder&text=two+pens&trigger_id=13345224609.738474920.8088930838d88f"
    headers = {**by_slack(content), "Content-Type": "application/x-www-form-urlencoded"}
    answers = [post(hooks, content, headers, "/hooks/commands") for _ in range(2)]
    assert [(one.status_code, one.content) for one in answers] == [(200, b"")] * 2
    assert ids_in(shop.url, "orders")["commands:13345224609.738474920.8088930838d88f"] == 1


def test_the_challenge_of_slack_is_answered(hooks: str) -> None:
    content = b'{"type": "url_verification", "challenge": "3eZbrw1aB10FEMAGAZd4FyFQ"}'
    answer = post(hooks, content, by_slack(content), "/hooks/chat")
    assert (answer.status_code, answer.text) == (200, "3eZbrw1aB10FEMAGAZd4FyFQ")


def test_a_sender_of_cloudevents_is_permitted_by_the_handshake(hooks: str) -> None:
    asked = {"WebHook-Request-Origin": "events.example", "WebHook-Request-Rate": "120"}
    answer = httpx.options(f"{hooks}/webhooks/bank", headers=asked, trust_env=False)
    assert answer.status_code == 200
    assert answer.headers["WebHook-Allowed-Origin"] == "events.example"
    assert answer.headers["WebHook-Allowed-Rate"] == "*"
    assert "POST" in answer.headers["Allow"]


def test_a_signature_is_no_right_of_a_producer(hooks: str) -> None:
    headers = {**signed(body("1")), "Content-Type": "application/json"}
    assert post(hooks, body("1"), headers, "/events/order.placed").status_code == 401


def test_bodies_of_strangers_leave_room_for_who_is_known(
    shop: Vhost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEW_SECRET", "new")
    monkeypatch.setenv("OLD_SECRET", "old")
    known = f'tokens: ["sha256:{hashlib.sha256(b"token").hexdigest()}"]'
    routes = written(tmp_path, SOURCES.replace("certificate: CN=storefront", known))
    head = b"POST /webhooks/bank HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"
    with serving(routes, shop.url, in_flight=2) as url, httpx.Client(base_url=url, trust_env=False) as client:
        where = httpx.URL(url)
        with socket.create_connection((where.host, where.port or 0)) as slow:
            slow.sendall(head)
            await_true(lambda: client.post("/webhooks/bank", content=b"{}").status_code == 503)
            order, shown = {"region": "eu", "total": 5}, {"Authorization": "Bearer token"}
            assert client.post("/events/order.placed", json=order, headers=shown).status_code == 202


def test_what_comes_around_the_proxies_is_refused(shop: Vhost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEW_SECRET", "new")
    monkeypatch.setenv("OLD_SECRET", "old")
    with serving(written(tmp_path, SOURCES), shop.url, proxies=["192.0.2.1"]) as url:
        assert post(url, body("around")).status_code == 403


def test_sources_alone_are_served_to_others_and_nothing_else_is(
    shop: Vhost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEW_SECRET", "new")
    monkeypatch.setenv("OLD_SECRET", "old")
    routes = written(tmp_path, SOURCES.partition("producers:")[0])
    with pytest.raises(WrongUsage, match="in the clear"), edatool.open_gateway(routes, shop.url, "0.0.0.0:0"):
        pass
    headers = {**signed(body("alone")), "Content-Type": "application/json"}
    with serving(routes, shop.url, proxies=["127.0.0.1"]) as url:
        assert post(url, body("alone"), headers).status_code == 202
        assert post(url, body("alone"), headers, "/events/order.placed").status_code == 401
        assert httpx.get(f"{url}/openapi.json", trust_env=False).status_code == 401
    with serving(routes, shop.url) as url:
        assert httpx.get(f"{url}/openapi.json", trust_env=False).status_code == 200


def test_only_posts_are_taken_and_only_where_a_source_is(hooks: str) -> None:
    assert httpx.get(f"{hooks}/webhooks/bank", trust_env=False).status_code == 405
    assert post(hooks, body("1"), path="/webhooks/other").status_code == 404


@pytest.mark.parametrize(
    ("secret", "style", "said"),
    [
        (None, "stripe", "is not set"),
        ("no base64!", "standard-webhooks", "a secret of the source 'bank' is not base64"),
    ],
)
def test_a_secret_that_is_none_is_told_before_anything_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, secret: str | None, style: str, said: str
) -> None:
    if secret:
        monkeypatch.setenv("A_SECRET", secret)
    source = (
        f"\nsources: {{bank: {{signature: {{style: {style}, secrets: [{{env: A_SECRET}}]}}, event: order.lost}}}}\n"
    )
    routes = written(tmp_path, source)
    with pytest.raises(WrongUsage, match=said), edatool.open_gateway(routes, "amqp://nobody", "127.0.0.1:0"):
        pass
