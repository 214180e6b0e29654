import hashlib
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

import edatool
from edatool.errors import WrongUsage
from edatool.gateway.gateway import GRACE
from edatool.gateway.senders.subject import subject_text
from tests.broker_fixtures import Vhost
from tests.gateway.serving import ORDER, serving, written

TOKEN, OLD = "a-token-that-nobody-guesses", "the-one-before"
PRODUCERS = f"""
producers:
  storefront:
    events: [order.placed, order.noted]
    tokens: ["sha256:{hashlib.sha256(OLD.encode()).hexdigest()}", "sha256:{hashlib.sha256(TOKEN.encode()).hexdigest()}"]
  slow:
    events: [order.placed]
    tokens: ["sha256:{hashlib.sha256(b"slow").hexdigest()}"]
    rate: 2
  small:
    events: [order.placed]
    tokens: ["sha256:{hashlib.sha256(b"small").hexdigest()}"]
    max_body: 64
  partner: {{events: [order.placed], certificate: "CN=partner,OU=Web,O=Shop"}}
"""
WRONG = ("unknown", "\u00e9", "a" * 5000, TOKEN[:-1], TOKEN + "a")


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> edatool.Routes:
    return written(tmp_path_factory.mktemp("spec"), PRODUCERS)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("token", [TOKEN, OLD])
def test_a_producer_shows_one_of_its_tokens(client: httpx.Client, token: str) -> None:
    assert client.post("/events/order.placed", json=ORDER, headers=bearer(token)).status_code == 202
    assert client.post("/events/order.placed", json=ORDER, auth=("storefront", token)).status_code == 202


@pytest.mark.parametrize("event", ["order.placed", "order.lost", "nothing"])
@pytest.mark.parametrize(
    "shown",
    [
        {},
        *({"Authorization": b"Bearer " + one.encode()} for one in WRONG),
        {"Authorization": f"Digest {TOKEN}"},
        {"Authorization": "Basic !"},
        {"Authorization": "Basic /w=="},
        {"X-Client-Subject": "CN=partner,OU=Web,O=Shop"},
    ],
)
def test_nobody_else_is_told_anything(client: httpx.Client, event: str, shown: dict[str, str]) -> None:
    answer = client.post(f"/events/{event}", json=ORDER, headers=shown)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json() == {"type": "urn:edatool:problem:who-are-you", "title": "Show who you are", "status": 401}


def test_a_token_is_of_one_name(client: httpx.Client) -> None:
    assert client.post("/events/order.placed", json=ORDER, auth=("slow", TOKEN)).status_code == 401


def test_what_is_there_is_not_told_to_who_may_not_send_it(client: httpx.Client) -> None:
    answers = [client.post(f"/events/{one}", json={}, headers=bearer(TOKEN)) for one in ("order.lost", "nothing")]
    assert [one.status_code for one in answers] == [403, 403]
    assert answers[0].content == answers[1].content


def test_a_producer_that_is_too_fast_is_told_when_to_come_again(client: httpx.Client) -> None:
    began = time.monotonic()
    answers: list[httpx.Response] = []
    while not answers or answers[-1].status_code == 202:
        answers.append(client.post("/events/order.placed", json=ORDER, headers=bearer("slow")))
    assert answers[-1].status_code == 429
    assert answers[-1].headers["retry-after"] == "1"
    assert 2 <= len(answers) - 1 <= 2 + 2 * (time.monotonic() - began)


def test_a_producer_has_a_limit_of_its_own_for_bodies(client: httpx.Client) -> None:
    large = {**ORDER, "note": "x" * 64}
    assert client.post("/events/order.placed", json=large, headers=bearer("small")).status_code == 413
    assert client.post("/events/order.placed", json=large, headers=bearer(TOKEN)).status_code == 202


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, Path]:
    ca, folder = trustme.CA(), tmp_path_factory.mktemp("tls")
    own = ca.issue_cert("127.0.0.1")
    ca.cert_pem.write_to_path(folder / "ca.pem")
    own.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    own.private_key_pem.write_to_path(folder / "key.pem")
    return ca, folder


def test_a_client_that_holds_its_connection_does_not_hold_up_the_end(
    shop: Vhost, routes: edatool.Routes, authority: tuple[trustme.CA, Path]
) -> None:
    folder = authority[1]
    trusted = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    tls = edatool.ServedTls(str(folder / "cert.pem"), str(folder / "key.pem"))
    with ExitStack() as held:
        with serving(routes, shop.url, tls=tls) as url:
            plain = held.enter_context(socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))))
            client = held.enter_context(trusted.wrap_socket(plain, server_hostname="127.0.0.1"))
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            assert b" 200 " in client.recv(4096)
            began = time.monotonic()
        assert time.monotonic() - began < GRACE / 2


@pytest.fixture(scope="module")
def secure(shop: Vhost, routes: edatool.Routes, authority: tuple[trustme.CA, Path]) -> Iterator[str]:
    folder = authority[1]
    tls = edatool.ServedTls(str(folder / "cert.pem"), str(folder / "key.pem"), str(folder / "ca.pem"))
    with serving(routes, shop.url, tls=tls) as url:
        yield url


@pytest.mark.parametrize(("name", "status"), [("partner", 202), ("somebody", 401), (None, 401)])
def test_a_producer_is_known_by_the_subject_of_its_certificate(
    secure: str, authority: tuple[trustme.CA, Path], name: str | None, status: int
) -> None:
    ca = authority[0]
    context = ssl.create_default_context()
    ca.configure_trust(context)
    if name:
        ca.issue_cert(
            "client@shop.example", common_name=name, organization_name="Shop", organization_unit_name="Web"
        ).configure_cert(context)
    with httpx.Client(verify=context, trust_env=False) as client:
        answer = client.post(f"{secure}/events/order.placed", json=ORDER)
    assert answer.status_code == status


def test_a_certificate_of_another_authority_is_no_certificate(secure: str, authority: tuple[trustme.CA, Path]) -> None:
    context = ssl.create_default_context()
    authority[0].configure_trust(context)
    trustme.CA().issue_cert(
        "a@b.example", common_name="partner", organization_name="Shop", organization_unit_name="Web"
    ).configure_cert(context)
    with httpx.Client(verify=context, trust_env=False) as client, pytest.raises(httpx.TransportError):
        client.post(f"{secure}/events/order.placed", json=ORDER)


def test_a_proxy_tells_the_subject_and_nobody_else_is_heard(shop: Vhost, routes: edatool.Routes) -> None:
    told = {"X-Client-Subject": "CN=partner,OU=Web,O=Shop"}
    with serving(routes, shop.url, proxies=["127.0.0.0/8"]) as url:
        assert httpx.post(f"{url}/events/order.placed", json=ORDER, headers=told, trust_env=False).status_code == 202
        assert "curl &#x27;https://127.0.0.1" in httpx.get(f"{url}/", headers=told, trust_env=False).text
        twice = [*told.items(), ("X-Client-Subject", "CN=storefront")]
        assert httpx.post(f"{url}/events/order.placed", json=ORDER, headers=twice, trust_env=False).status_code == 401
        told = {"X-Client-Subject": "CN=partner"}
        assert httpx.post(f"{url}/events/order.placed", json=ORDER, headers=told, trust_env=False).status_code == 401
    with serving(routes, shop.url, proxies=["192.0.2.1"]) as url:
        answer = httpx.post(f"{url}/events/order.placed", json=ORDER, headers=bearer(TOKEN), trust_env=False)
        assert answer.status_code == 403


def test_tokens_are_not_taken_over_a_network_in_the_clear(routes: edatool.Routes) -> None:
    with pytest.raises(WrongUsage, match="in the clear"), edatool.open_gateway(routes, "amqp://h", "0.0.0.0:0"):
        pass


@pytest.mark.parametrize(
    "value", ["storefront", 'a,b+c"d\\e<f>g;h', "#first", " around ", "J\u00f6rg", "tab\there", "trailing "]
)
def test_a_subject_is_written_as_openssl_writes_it(value: str) -> None:
    name = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Shop"), x509.NameAttribute(NameOID.COMMON_NAME, value)]
    )
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    certificate = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1)).sign(
        key, hashes.SHA256()
    )
    pem = certificate.public_bytes(Encoding.PEM)
    command = ["openssl", "x509", "-noout", "-subject", "-nameopt", "RFC2253"]
    printed = subprocess.run(command, input=pem, capture_output=True, check=True).stdout.decode()
    ours = subject_text([[("organizationName", "Shop")], [("commonName", value)]])
    assert printed == f"subject={ours}\n"
