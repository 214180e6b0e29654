import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

import edatool
from edatool.errors import WrongUsage
from edatool.gateway.description.security_schemes import secured
from edatool.spec.producing import SpecProducer
from edatool.spec.signatures import SpecSignature
from tests.broker.test_publishing import ids_in
from tests.broker_fixtures import Vhost
from tests.gateway.serving import ORDER, serving, written

KEY, OLD = b"a key of thirty-two bytes or more", b"the one before, as long as that is"
PRODUCERS = """
producers:
  partner:
    events: [order.placed, order.noted]
    signature: {style: standard-webhooks, secrets: [{env: PARTNER_SECRET}, {env: OLD_SECRET}]}
  press:
    events: [order.noted]
    signature:
      header: X-Press-Signature
      signed: "{timestamp}:{body}"
      timestamp: X-Press-Time
      secrets: [{env: PRESS_SECRET}]
"""
SOAP = """
soap:
  orders: {namespace: "urn:shop:orders", events: [order.placed]}
"""
WHO_ARE_YOU = {"type": "urn:edatool:problem:who-are-you", "title": "Show who you are", "status": 401}


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[edatool.Routes]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARTNER_SECRET", f"whsec_{base64.b64encode(KEY).decode()}")
        patch.setenv("OLD_SECRET", base64.b64encode(OLD).decode())
        patch.setenv("PRESS_SECRET", "of the press")
        yield written(tmp_path_factory.mktemp("spec"), PRODUCERS + SOAP)


def signed(body: bytes, number: str, key: bytes = KEY, at: float | None = None) -> dict[str, str]:
    """Sign as Standard Webhooks has it."""
    stamp = str(int(time.time() if at is None else at))
    made = hmac.new(key, f"{number}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": number,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(made).decode()}",
    }


def signed_by_press(body: bytes) -> dict[str, str]:
    stamp = str(int(time.time()))
    made = hmac.new(b"of the press", f"{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Press-Time": stamp, "X-Press-Signature": made}


def post(
    client: httpx.Client, headers: dict[str, str], body: bytes, event: str = "order.placed", kind: str = "json"
) -> httpx.Response:
    return client.post(f"/events/{event}", content=body, headers={"Content-Type": f"application/{kind}", **headers})


def order(total: int = 120) -> bytes:
    return json.dumps({**ORDER, "total": total}).encode()


@pytest.mark.parametrize("key", [KEY, OLD])
def test_a_producer_signs_with_one_of_its_secrets(client: httpx.Client, key: bytes) -> None:
    assert post(client, signed(order(), key.decode(), key), order()).status_code == 202


def test_a_signature_may_be_declared(client: httpx.Client) -> None:
    headers = signed_by_press(order())
    assert post(client, headers, order(), "order.placed").status_code == 403
    assert post(client, headers, order(), "order.noted").status_code == 202


@pytest.mark.parametrize("event", ["order.placed", "order.lost", "nothing"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(order(), "x", b"another key"),
        signed(order(1), "x"),
        {**signed(order(), "x"), "webhook-id": "y"},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,\xff" * 1000},
        {"X-Press-Signature": "0", "X-Press-Time": "0"},
    ],
)
def test_nobody_else_is_told_anything(client: httpx.Client, event: str, headers: dict[str, str]) -> None:
    raw = {name: value.encode("latin-1") for name, value in headers.items()}
    answer = post(client, raw, order(), event)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()) == (401, WHO_ARE_YOU)


@pytest.mark.parametrize("seconds", [-400, 400])
def test_a_signature_of_another_time_is_refused(client: httpx.Client, seconds: int) -> None:
    answer = post(client, signed(order(), "x", at=time.time() + seconds), order(), "order.placed")
    assert (answer.status_code, answer.json()) == (401, WHO_ARE_YOU)


def test_a_signed_request_that_is_repeated_is_no_second_event(client: httpx.Client, shop: Vhost) -> None:
    ids_in(shop.url, "orders")
    headers = signed(order(), "again")
    answers = [post(client, headers, order()) for _ in range(2)]
    # Its letters may be others, and there may be a second one: what was signed is the same.
    answers.append(post(client, {**headers, "webhook-signature": f"v1,x {headers['webhook-signature']}"}, order()))
    assert [one.status_code for one in answers] == [202] * 3
    assert ids_in(shop.url, "orders") == {answers[0].json()["message_id"]: 1}


@pytest.mark.parametrize("changed", [{"Idempotency-Key": "other"}, {}])
def test_a_signature_that_was_seen_is_good_for_no_other_request(
    client: httpx.Client, shop: Vhost, changed: dict[str, str]
) -> None:
    headers = signed(order(), f"seen {len(changed)}")
    assert post(client, headers, order()).status_code == 202
    ids_in(shop.url, "orders")
    answer = post(client, {**headers, **changed}, order(), "order.placed" if changed else "order.noted")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:edatool:problem:other-request")
    assert not ids_in(shop.url, "orders")


def test_a_repeated_request_that_is_signed_anew_has_the_answer_of_the_first_by_its_key(
    client: httpx.Client, shop: Vhost
) -> None:
    ids_in(shop.url, "orders")
    answers = [post(client, {**signed(order(), one), "Idempotency-Key": "k-1"}, order()) for one in ("k1", "k2")]
    assert [one.status_code for one in answers] == [202, 202]
    assert ids_in(shop.url, "orders") == {"k-1": 1}


def test_a_signature_is_of_all_lines_and_each_is_an_event_once(client: httpx.Client, shop: Vhost) -> None:
    ids_in(shop.url, "orders")
    body = order() + b"\n" + order()
    headers = signed(body, "lines")
    for _ in range(2):
        answer = post(client, signed(body, "lines", at=1e10), body, kind="x-ndjson")
        assert answer.status_code == 401
        answer = post(client, headers, body, kind="x-ndjson")
        assert [json.loads(line)["status"] for line in answer.text.splitlines()] == [202, 202]
    assert ids_in(shop.url, "orders").total() == 2


@pytest.mark.parametrize("path", ["/openapi.json", "/", "/soap/orders?wsdl"])
def test_a_signed_request_without_a_body_reads_what_its_producer_may_send(client: httpx.Client, path: str) -> None:
    headers = signed(b"", f"read {path}")
    for _ in range(2):  # the same request again is no other
        answer = client.get(path, headers=headers)
        assert answer.status_code == 200
        assert "order.placed" in answer.text
        assert "order.lost" not in answer.text


@pytest.mark.parametrize("path", ["/openapi.json", "/", "/soap/orders?wsdl"])
def test_nobody_else_reads_anything(client: httpx.Client, path: str) -> None:
    late = time.time() - 400
    for headers in ({}, signed(b"", "x", b"another key"), signed(b"a body", "x"), signed(b"", "x", at=late)):
        answer = client.get(path, headers=headers)
        assert (answer.status_code, answer.json()) == (401, WHO_ARE_YOU)


def test_a_signature_is_good_to_read_one_thing(client: httpx.Client) -> None:
    headers = signed(b"", "read once")
    assert client.get("/openapi.json", headers=headers).status_code == 200
    for path in ("/", "/soap/orders?wsdl"):
        answer = client.get(path, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:edatool:problem:other-request")


def test_openapi_says_how_its_reader_signs(client: httpx.Client) -> None:
    read = signed(b"", "described")
    document = client.get("/openapi.json", headers=read).json()
    OpenAPIV31SpecValidator(document).validate()
    ((*names,),) = document["security"]
    schemes = document["components"]["securitySchemes"]
    assert sorted(names) == sorted(schemes)
    assert {one["name"] for one in schemes.values()} == read.keys()
    assert {(one["type"], one["in"]) for one in schemes.values()} == {("apiKey", "header")}
    assert schemes["signature.webhook-signature"]["description"].startswith(
        "v1,SIGNATURE: SIGNATURE is the HMAC-SHA256, in base64, of {headers.webhook-id}.{timestamp}.{body} by a secret"
    )
    pressed = client.get("/openapi.json", headers=signed_by_press(b"")).json()["components"]["securitySchemes"]
    assert pressed["signature.x-press-signature"]["description"].startswith(
        "SIGNATURE: SIGNATURE is the HMAC-SHA256, in hex, of {timestamp}:{body} by a secret"
    )


def test_a_time_in_the_header_of_the_signature_is_described_there() -> None:
    stripe = SpecProducer("stripe", (), tokens=(b"", b""), signature=SpecSignature("stripe", ()))
    found = secured(stripe)
    assert found.ways == [{"token": []}, {"password": []}, {"signature.stripe-signature": []}]
    assert found.schemes["signature.stripe-signature"]["description"].startswith("t=TIMESTAMP,v1=SIGNATURE: ")


def test_a_secret_that_is_not_there_is_told_when_the_gateway_starts(
    shop: Vhost, routes: edatool.Routes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTNER_SECRET", "not base64!")
    with (
        pytest.raises(WrongUsage, match="a secret of the producer 'partner' is not base64"),
        serving(routes, shop.url),
    ):
        pass
    monkeypatch.delenv("PARTNER_SECRET")
    with pytest.raises(WrongUsage, match="PARTNER_SECRET"), serving(routes, shop.url):
        pass
