import base64
import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
import trustme
import zeep
from lxml import etree
from zeep.exceptions import Fault
from zeep.transports import Transport
from zeep.wsse import utils
from zeep.wsse.username import UsernameToken

import edatool
from edatool.soap.username_token import DIGEST, WSSE, WSU
from tests.broker_fixtures import Vhost
from tests.gateway.serving import serving, written
from tests.gateway.test_soap import BILL, BILL_SCHEMA, ENVELOPES, EVENTS, SOAP

TOKEN, PASSWORD = "a-token-that-nobody-guesses", "the password of the ledger"
PRODUCERS = f"""producers:
  ledger:
    events: [bill.sent]
    password: {{env: LEDGER_PASSWORD}}
  archive:
    events: [bill.sent]
    tokens: ["sha256:{hashlib.sha256(TOKEN.encode()).hexdigest()}"]
"""


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[edatool.Routes]:
    folder = tmp_path_factory.mktemp("soap")
    (folder / "bill.json").write_text(BILL_SCHEMA)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEDGER_PASSWORD", PASSWORD)
        yield written(folder, SOAP + PRODUCERS, EVENTS)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with a certificate of 127.0.0.1, its key and its authority."""
    ca, folder = trustme.CA(), tmp_path_factory.mktemp("tls")
    own = ca.issue_cert("127.0.0.1")
    ca.cert_pem.write_to_path(folder / "ca.pem")
    own.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    own.private_key_pem.write_to_path(folder / "key.pem")
    return folder


@pytest.fixture(scope="module")
def secure(shop: Vhost, routes: edatool.Routes, authority: Path) -> Iterator[str]:
    with serving(
        routes, shop.url, tls=edatool.ServedTls(str(authority / "cert.pem"), str(authority / "key.pem"))
    ) as url:
        yield url


Called = Callable[..., Any]


@pytest.fixture(params=["Soap11", "Soap12"])
def call(request: pytest.FixtureRequest, authority: Path) -> Iterator[Called]:
    """Calls the service at an URL with a token, by a client of zeep of either version."""
    with requests.Session() as session:
        session.trust_env, session.verify = False, str(authority / "ca.pem")

        def call(url: str, token: Any) -> Any:
            wsdl = session.get(f"{url}/soap/billing?wsdl", auth=("ledger", PASSWORD), timeout=30).content
            (authority / "billing.wsdl").write_bytes(wsdl)
            client = zeep.Client(
                str(authority / "billing.wsdl"),
                transport=Transport(session=session),
                port_name=f"billing{request.param}",
                wsse=token,
            )
            return client.service["bill.sent"](id="9", total=1).outcome

        yield call


@pytest.mark.parametrize("zulu", [False, True])
def test_a_digest_of_the_password_shows_the_producer(url: str, call: Called, zulu: bool) -> None:
    assert call(url, UsernameToken("ledger", PASSWORD, use_digest=True, zulu_timestamp=zulu)) == "confirmed"


def test_a_timestamp_beside_the_token_is_good_until_it_is_over(url: str, call: Called) -> None:
    def until(seconds: float) -> Any:
        over = datetime.now(UTC) + timedelta(seconds=seconds)
        stamp = utils.WSU.Timestamp(utils.WSU.Expires(utils.get_timestamp(over)))
        return UsernameToken("ledger", PASSWORD, use_digest=True, timestamp_token=stamp)

    assert call(url, until(60)) == "confirmed"
    with pytest.raises(Fault):
        call(url, until(-60))


@pytest.mark.parametrize(("name", "password"), [("ledger", PASSWORD), ("archive", TOKEN)])
def test_a_password_in_the_clear_shows_the_producer_by_tls_only(
    url: str, secure: str, call: Called, name: str, password: str
) -> None:
    assert call(secure, UsernameToken(name, password)) == "confirmed"
    with pytest.raises(Fault, match="The sender is not known"):
        call(url, UsernameToken(name, password))


@pytest.mark.parametrize(
    "token",
    [
        UsernameToken("ledger", "another", use_digest=True),
        UsernameToken("nobody", PASSWORD, use_digest=True),
        UsernameToken("archive", TOKEN, use_digest=True),
        UsernameToken("ledger", "another"),
        UsernameToken("archive", PASSWORD),
        UsernameToken("ledger", TOKEN),
        UsernameToken("ledger"),
    ],
)
def test_what_shows_no_producer_is_the_same_fault(secure: str, call: Called, token: UsernameToken) -> None:
    assert_unknown(secure, call, token)


@pytest.mark.parametrize("seconds", [-400, 400])
def test_a_digest_of_another_time_is_that_fault_too(secure: str, call: Called, seconds: int) -> None:
    created = datetime.now(UTC) + timedelta(seconds=seconds)
    assert_unknown(secure, call, UsernameToken("ledger", PASSWORD, use_digest=True, created=created))


def assert_unknown(secure: str, call: Called, token: UsernameToken) -> None:
    with pytest.raises(Fault) as refused:
        call(secure, token)
    assert refused.value.message == "The sender is not known"
    assert refused.value.detail is None
    codes = [refused.value.code, *(each.localname for each in refused.value.subcodes or ())]
    assert codes[-1].rpartition(":")[2] == "FailedAuthentication"


def post(url: str, head: str, kind: str = "text/xml", **headers: str) -> httpx.Response:
    body = f'<s:Envelope xmlns:s="{ENVELOPES[kind]}"><s:Header>{head}</s:Header><s:Body>{BILL}</s:Body></s:Envelope>'
    return httpx.post(
        f"{url}/soap/billing", content=body, headers={"Content-Type": kind, **headers}, trust_env=False, timeout=30
    )


def token(
    inside: str | None = None, *, nonce: bytes = b"once", created: str | None = None, more: str = "", must: str = ""
) -> str:
    """Return a header Security, by default with a digest that is good."""
    created = datetime.now(UTC).isoformat() if created is None else created
    digest = base64.b64encode(hashlib.sha1(nonce + created.encode() + PASSWORD.encode()).digest()).decode()
    inside = inside or (
        f"<Username>ledger</Username><Password Type='{DIGEST}'>{digest}</Password>"
        f"<Nonce>{base64.b64encode(nonce).decode()}</Nonce><u:Created>{created}</u:Created>"
    )
    body = f"<UsernameToken>{inside}</UsernameToken>{more}"
    return f"<Security xmlns='{WSSE}' xmlns:u='{WSU}' {must}>{body}</Security>"


def test_a_header_that_is_shown_again_is_refused(url: str) -> None:
    head = token(nonce=b"shown again")
    assert post(url, head).status_code == 200
    later = token(nonce=b"shown again", created=(datetime.now(UTC) + timedelta(seconds=1)).isoformat())
    assert [post(url, one).content for one in (head, later)] == [post(url, "").content] * 2


def test_a_header_whose_nonce_ends_where_another_begins_is_no_new_one(url: str) -> None:
    created = datetime.now(UTC).isoformat()
    assert post(url, token(nonce=b"moved ", created=created)).status_code == 200
    assert post(url, token(nonce=b"moved", created=f" {created}")).content == post(url, "").content


@pytest.mark.parametrize(
    "head",
    [
        token(nonce=b""),
        token(nonce=b"x" * 129),
        token(created=""),
        token(created="now"),
        token(created="0001-01-01T00:00:00+14:00"),
        token(created=datetime.now(UTC).replace(tzinfo=None).isoformat()),
        token(more=f"<UsernameToken xmlns='{WSSE}'/>"),
        token("<Username>ledger</Username>" * 2),
        token("<Username>ledger</Username><Password Type='x'>a</Password>"),
        token(f"<Username>ledger</Username><Password Type='{DIGEST}'>a</Password><Nonce>!</Nonce><u:Created/>"),
        token("<Username>\u00e9</Username><Password>\u00e9</Password>"),
        "<Security xmlns='urn:other'/>",
    ],
)
@pytest.mark.parametrize("kind", ENVELOPES)
def test_what_is_no_token_is_told_nothing(url: str, head: str, kind: str) -> None:
    answer, nothing = post(url, head, kind), post(url, "", kind)
    assert answer.content == nothing.content
    assert answer.status_code in (400, 401, 500)
    assert "FailedAuthentication" in answer.text
    assert (nothing.status_code, nothing.headers["WWW-Authenticate"][:6]) == (401, "Bearer")


def test_the_token_must_be_understood_and_is_but_nothing_beside_it(url: str) -> None:
    must = "xmlns:s='http://schemas.xmlsoap.org/soap/envelope/' s:mustUnderstand='1'"
    assert post(url, token(nonce=b"must", must=must)).status_code == 200
    signature = "<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'/>"
    assert "MustUnderstand" in post(url, token(nonce=b"must not", must=must, more=signature)).text


def test_the_fault_has_the_codes_of_its_version(url: str) -> None:
    first, second = (etree.fromstring(post(url, "", kind).content) for kind in ENVELOPES)
    assert [one.text for one in first.iter("faultcode")] == ["wsse:FailedAuthentication"]
    assert first.find(".//faultcode").nsmap["wsse"] == WSSE
    values = [one.text for one in second.iter(f"{{{ENVELOPES['application/soap+xml']}}}Value")]
    assert values == ["soap:Sender", "wsse:FailedAuthentication"]
