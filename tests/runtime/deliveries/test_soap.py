"""Calls of SOAP out of a real queue, read by a service that is made of zeep."""

import base64
import datetime
import hashlib
import html
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

import edatool
from edatool.broker.address import parse
from tests.broker_fixtures import Server, Vhost, fresh_vhost
from tests.runtime.deliveries.billing_system import FOLDER, NAMESPACES, BillingSystem
from tests.runtime.deliveries.endpoint import Answer, Endpoint, endpoint

SPEC = """\
edatool: 1
name: shop
events:
  order.billed: {exchange: events, headers: {region: region}}
  bill.written: {exchange: events, schema: written.json}
exchanges:
  events: {type: topic}
queues:
  bills: {type: quorum, retry: [20ms], dead_letter: {exchange: "", key: dead}}
  dead: {}
  written: {}
bindings:
  - {queue: written, events: [bill.written]}
  - {queue: bills, events: [order.billed]}
deliveries:
"""
DELIVERY = """\
  {port}:
    queue: bills
    to: {{env: BILLING_URL}}
    soap: {{wsdl: soap/billing.wsdl, operation: Bill, port: {port}}}
    fields:
      {{Customer.Id: data.customer, Customer.Name: data.name, Amount: data.total, Due: data.due, Line: data.lines}}
    constants: {{Paper: true, priority: 3}}
    allow: [127.0.0.0/8]
    concurrency: 1
"""
ANSWERED = (
    DELIVERY.replace("  {port}:", "  Answered{port}:")
    + """\
    answer: {{event: bill.written, fields: {{number: data.Number, total: data.Total}}, constants: {{by: legacy}}}}
"""
)
CHARGED = (
    DELIVERY.replace("  {port}:", "  Charged{port}:").replace(
        "operation: Bill", "operation: Charge, headers: {headers}, username_token: {token}"
    )
    + "    token: {{env: BILLING_TOKEN}}\n"
)
HEADERS = """{
        fields: {Session.Tenant: data.tenant, Session.Trace: headers.Region, Desk: data.desk},
        constants: {Session.version: 2}
      }"""
PASSWORD = "the pässword"
TOKENS = {
    "Soap11": "{username: shop, password: {env: BILLING_PASSWORD}}",
    "Soap12": "{username: shop, password: {env: BILLING_PASSWORD}, type: text}",
}
SECURITY = {
    "e": "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd",
    "u": "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd",
}
PROFILE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"
WRITTEN = """\
{"type": "object", "properties": {"number": {"type": "string"}, "total": {"type": "number", "maximum": 100}}}
"""
ORDER: dict[str, Any] = {"customer": "007", "total": 12.5, "due": "2026-12-01", "lines": [{"Text": "pens", "Count": 2}]}


@dataclass
class Shop:
    vhost: Vhost
    routes: edatool.Routes

    def publish(self, **other: object) -> None:
        with edatool.Publisher(self.routes, self.vhost.url) as publisher:
            publisher.publish("order.billed", {**ORDER, **other})

    def deliver(self, port: str, attempts: int) -> dict[str, int]:
        with edatool.open_delivery(self.routes, self.vhost.url, port, limit=attempts) as consumer:
            consumer.run()
        return {outcome: number for outcome, number in consumer.counts.items() if number}

    def reason(self) -> str:
        """Return why there is one dead letter, and take it away."""
        reason: str = self.taken_from("dead")["properties"]["headers"]["x-edatool-reason"]
        return reason

    def taken_from(self, queue: str) -> Any:
        """Take the one message of a queue away."""
        wanted = {"count": 9, "ackmode": "ack_requeue_false", "encoding": "auto"}
        answer = self.vhost.api.post(f"/api/queues/{self.vhost.quoted}/{queue}/get", json=wanted)
        (message,) = answer.raise_for_status().json()
        return message


@pytest.fixture(scope="module")
def shop(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("shop")
    shutil.copytree(FOLDER, folder / "soap")
    spec = folder / "routes.yaml"
    (folder / "written.json").write_text(WRITTEN)
    deliveries = [
        (DELIVERY + ANSWERED + CHARGED).format(port=port, headers=HEADERS, token=TOKENS[port]) for port in NAMESPACES
    ]
    spec.write_text(SPEC + "".join(deliveries))
    with fresh_vhost(server) as vhost:
        routes = edatool.load(str(spec))
        with edatool.connect(parse(vhost.url, vhost.management), routes) as session:
            edatool.apply(edatool.plan(routes, session), session)
        yield Shop(vhost, routes)


@pytest.fixture
def billing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    with endpoint() as one:
        monkeypatch.setenv("BILLING_URL", one.url())
        monkeypatch.setenv("BILLING_TOKEN", "made-up")
        monkeypatch.setenv("BILLING_PASSWORD", PASSWORD)
        yield one


def fault(port: str, code: str, text: str) -> bytes:
    """Return the envelope of a fault: SOAP 1.1, section 4.4, or SOAP 1.2 part 1, section 5.4."""
    inside = f"<faultcode>{code}</faultcode><faultstring>{text}</faultstring>"
    if port == "Soap12":
        reason = f'<s:Reason><s:Text xml:lang="en">{text}</s:Text></s:Reason>'
        inside = f"<s:Code><s:Value>{code}</s:Value><s:Subcode><s:Value>s:Why</s:Value></s:Subcode></s:Code>{reason}"
    body = f"<s:Body><s:Fault>{inside}</s:Fault></s:Body>"
    return f'<s:Envelope xmlns:s="{NAMESPACES[port]}">{body}</s:Envelope>'.encode()


@pytest.mark.parametrize("port", NAMESPACES)
def test_a_service_of_either_version_reads_what_is_mapped(port: str, shop: Shop, billing: Endpoint) -> None:
    system = BillingSystem(port)
    billing.answers = [Answer(200, {"Content-Type": "text/xml"}, system.answer(Number="1", Total="12.50"))]
    shop.publish(name=None)
    assert shop.deliver(port, 1) == {"done": 1}
    ((_, headers, body),) = billing.got
    assert system.read(headers, body) == {
        "Customer": {"Id": "007", "Name": None},
        "Amount": Decimal("12.5"),
        "Due": datetime.date(2026, 12, 1),
        "Line": [{"Text": "pens", "Count": 2}],
        "Mail": None,
        "Paper": True,
        "priority": 3,
    }


@pytest.mark.parametrize("port", NAMESPACES)
def test_the_answer_becomes_an_event_by_the_types_of_its_xsd(port: str, shop: Shop, billing: Endpoint) -> None:
    billing.answers = [Answer(200, body=BillingSystem(port).answer(Number="007", Total="12.50"))]
    shop.publish()
    assert shop.deliver(f"Answered{port}", 1) == {"done": 1}
    written = shop.taken_from("written")
    assert (written["properties"]["type"], json.loads(written["payload"])) == (
        "bill.written",
        {"number": "007", "total": 12.5, "by": "legacy"},
    )


def test_an_answer_is_read_in_the_encoding_that_it_declares(shop: Shop, billing: Endpoint) -> None:
    body = BillingSystem("Soap11").answer(Number="№7", Total="1").decode()
    billing.answers = [
        Answer(200, body=f'<?xml version="1.0" encoding="UTF-16"?>{html.unescape(body)}'.encode("utf-16"))
    ]
    shop.publish()
    assert shop.deliver("AnsweredSoap11", 1) == {"done": 1}
    assert json.loads(shop.taken_from("written")["payload"])["number"] == "№7"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (BillingSystem("Soap11").answer(Number="7", Total="120"), "the answer is no bill.written: /total: "),
        (
            BillingSystem("Soap11").answer(Number="7", Total="1").replace(b">1<", b">1.234<"),
            "the answer is none of Bill: Element 'Total': [facet 'fractionDigits']",
        ),
        (
            BillingSystem("Soap11").answer(Number="7", Total="1").replace(b"BillResponse", b"PayResponse"),
            "the answer is none of Bill: ",
        ),
        (
            BillingSystem("Soap11").answer(Number="7", Total="123456789012345678.1"),
            "the answer cannot be said in JSON: the number has more digits",
        ),
        (b"", "the answer is none of Bill: "),
    ],
    ids=["its contract", "its XSD", "another element", "a long number", "nothing"],
)
def test_a_wrong_answer_is_told_by_the_dead_letter_of_the_call(
    body: bytes, why: str, shop: Shop, billing: Endpoint
) -> None:
    billing.answers = [Answer(200, body=body)]
    shop.publish()
    assert shop.deliver("AnsweredSoap11", 1) == {"dead": 1}
    assert shop.reason().startswith(why)


@pytest.mark.parametrize(("port", "code"), [("Soap11", "s:Client.Limit"), ("Soap12", "s:Sender")])
def test_a_fault_of_the_sender_is_a_dead_letter_with_its_code_and_string(
    port: str, code: str, shop: Shop, billing: Endpoint
) -> None:
    billing.answers = [Answer(500, body=fault(port, code, "no such customer"))]
    shop.publish()
    assert shop.deliver(port, 1) == {"dead": 1}
    codes = code if port == "Soap11" else f"{code} s:Why"
    assert shop.reason() == f"{billing.origin} answered 500: the fault {codes}: no such customer"


@pytest.mark.parametrize(("port", "code"), [("Soap11", "s:Server"), ("Soap12", "s:Receiver"), ("Soap11", "Server")])
def test_a_fault_of_the_receiver_is_tried_again(port: str, code: str, shop: Shop, billing: Endpoint) -> None:
    # Whatever the status is, and though a client should not be told of a fault by 200.
    billing.answers = [Answer(200, body=fault(port, code, "later")), Answer(500, body=fault(port, code, "later"))]
    shop.publish()
    assert shop.deliver(port, 2) == {"retried": 1, "dead": 1}
    why = " s:Why" if port == "Soap12" else ""
    assert shop.reason().endswith(f"{billing.origin} answered 500: the fault {code}{why}: later")


@pytest.mark.parametrize(
    ("answer", "came_of_it"),
    [
        (Answer(500, body=fault("Soap11", "own:Busy", "later")), "retried"),
        (Answer(502, body=b"<html>Bad Gateway</html>"), "retried"),
        (Answer(502, body=b"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>"), "retried"),
        (Answer(500, body=fault("Soap11", "s:VersionMismatch", "1.2 please")), "dead"),
        (Answer(500, body=fault("Soap12", "s:Sender", "of the other version")), "dead"),
        (Answer(200, body=b"<html>Sign in</html>"), "dead"),
        (Answer(200, body=b"<" + b"a" * 2**21), "dead"),
        (Answer(404, body=b"nothing here"), "dead"),
        (Answer(403, body=fault("Soap11", "own:Locked", "out")), "dead"),
        (Answer(202), "done"),
        (Answer(200, body=f'<s:Envelope xmlns:s="{NAMESPACES["Soap11"]}"><s:Body/></s:Envelope>'.encode()), "done"),
    ],
    ids=lambda one: one if isinstance(one, str) else f"{one.status} {one.body[:40]!r}",
)
def test_other_answers_are_sorted_by_their_status_and_a_page_instead_of_soap_is_no_success(
    answer: Answer, came_of_it: str, shop: Shop, billing: Endpoint
) -> None:
    billing.answers = [answer]
    shop.publish()
    assert shop.deliver("Soap11", 1) == {came_of_it: 1}
    if came_of_it == "retried":
        assert shop.deliver("Soap11", 1) == {"done": 1}
    if came_of_it == "dead":
        assert shop.reason().startswith(f"{billing.origin} answered {answer.status}: ")


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"total": 0.001}, "more fractional digits than are allowed ('2')"),
        ({"due": "tomorrow"}, "'tomorrow' is not a valid value of the atomic type 'xs:date'"),
        ({"lines": [{"Text": "pens"}]}, "Expected is ( Count )"),
        ({"lines": [{"Text": "pens", "Count": 1, "Colour": "red"}]}, "no parameter 'Line.Colour'"),
        ({"customer": "\x00"}, "a character that XML has not"),
        ({"total": {"EUR": 1}}, "'Amount' is a text, a number or a boolean"),
        ({"total": [1]}, "'Amount' may be there once only"),
    ],
    ids=str,
)
def test_what_the_xsd_refuses_is_a_dead_letter_and_not_sent(
    other: dict[str, Any], why: str, shop: Shop, billing: Endpoint
) -> None:
    shop.publish(**other)
    assert shop.deliver("Soap11", 1) == {"dead": 1}
    assert not billing.got
    reason = shop.reason()
    assert reason.startswith("Bill cannot be called with it: ")
    assert why in reason


def test_a_delivery_whose_wsdl_was_changed_meanwhile_does_not_begin(
    shop: Shop, billing: Endpoint, tmp_path: Path
) -> None:
    shutil.copytree(FOLDER, tmp_path / "soap")
    spec = tmp_path / "routes.yaml"
    spec.write_text(SPEC + DELIVERY.format(port="Soap11"))
    (tmp_path / "written.json").write_text(WRITTEN)
    routes = edatool.load(str(spec))
    types = tmp_path / "soap/types/messages.xsd"
    types.write_text(types.read_text().replace('name="Amount"', 'name="Sum"'))
    with (
        pytest.raises(
            edatool.WrongUsage,
            match=r"'Soap11' cannot call 'Bill': it has no parameter 'Amount', and it requires .* 'Sum'",
        ),
        edatool.open_delivery(routes, shop.vhost.url, "Soap11"),
    ):
        pass


def test_the_call_of_an_event_is_shown_offline(shop: Shop) -> None:
    request = edatool.delivery_request(shop.routes, "Soap12", "order.billed", ORDER, message_id="m-1")
    assert "Amount>12.5</" in request.body.decode()


def test_without_zeep_the_parameters_are_not_checked_and_the_delivery_does_not_begin(
    shop: Shop, billing: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(FOLDER, tmp_path / "soap")
    spec = tmp_path / "routes.yaml"
    spec.write_text(SPEC + DELIVERY.format(port="Soap11"))
    (tmp_path / "written.json").write_text(WRITTEN)
    for module in ("zeep", "zeep.wsdl.bindings.soap"):
        monkeypatch.setitem(sys.modules, module, None)
    routes = edatool.load(str(spec))
    assert [(one.code, one.severity) for one in routes.findings if "edatool-rabbitmq[soap]" in one.message] == [
        ("W534", "warning")
    ]
    with (
        pytest.raises(edatool.WrongUsage, match=r"install edatool-rabbitmq\[soap\]"),
        edatool.open_delivery(routes, shop.vhost.url, "Soap11"),
    ):
        pass


@pytest.mark.parametrize("port", NAMESPACES)
def test_a_service_of_either_version_reads_the_headers_that_are_mapped(
    port: str, shop: Shop, billing: Endpoint
) -> None:
    shop.publish(tenant="acme", desk=7, region="eu")
    assert shop.deliver(f"Charged{port}", 1) == {"done": 1}
    ((_, headers, body),) = billing.got
    read = BillingSystem(port, "Charge").read(headers, body)
    assert (read["header"]["about"], read["header"]["desk"]) == ({"Tenant": "acme", "Trace": "eu", "version": 2}, 7)
    assert read["body"]["Amount"] == Decimal("12.5")


def test_a_header_that_need_not_be_there_is_left_out(shop: Shop, billing: Endpoint) -> None:
    shop.publish(tenant="acme")
    assert shop.deliver("ChargedSoap11", 1) == {"done": 1}
    (header, *_) = etree.fromstring(billing.got[0][2])
    assert [etree.QName(one).localname for one in header] == ["Security", "Session"]


@pytest.mark.parametrize(
    ("about", "why"),
    [
        ({"tenant": "much-too-long"}, "Element 'Tenant': [facet 'maxLength']"),
        ({"region": "eu"}, "Element 'Trace': This element is not expected. Expected is ( Tenant )"),
        ({"tenant": "acme", "desk": 0}, "Element 'Desk': "),
        ({"tenant": "acme", "desk": [1, 2]}, "'Desk' may be there once only"),
    ],
    ids=str,
)
def test_a_header_that_its_xsd_refuses_is_a_dead_letter(
    about: dict[str, Any], why: str, shop: Shop, billing: Endpoint
) -> None:
    shop.publish(**about)
    assert shop.deliver("ChargedSoap11", 1) == {"dead": 1}
    assert not billing.got
    reason = shop.reason()
    assert reason.startswith("Charge cannot be called with it: ")
    assert why in reason


def test_each_try_shows_another_digest_of_the_password(shop: Shop, billing: Endpoint) -> None:
    billing.answers = [Answer(503)]
    shop.publish(tenant="acme")
    before = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    assert shop.deliver("ChargedSoap11", 2) == {"retried": 1, "done": 1}
    nonces = set()
    for _, headers, body in billing.got:
        (token,) = etree.fromstring(body).findall("*/e:Security/e:UsernameToken", SECURITY)
        username, password, nonce, created = token
        assert username.text == "shop"
        assert password.get("Type") == f"{PROFILE}#PasswordDigest"
        made = base64.b64decode(nonce.text) + created.text.encode() + PASSWORD.encode()
        assert password.text == base64.b64encode(hashlib.sha1(made).digest()).decode()
        assert before <= datetime.datetime.fromisoformat(created.text) <= datetime.datetime.now(datetime.UTC)
        assert token.getparent().get(f"{{{NAMESPACES['Soap11']}}}mustUnderstand") == "1"
        assert headers["Authorization"] == "Bearer made-up"
        nonces.add(nonce.text)
    assert len(nonces) == 2


def test_a_password_in_the_clear_and_http_basic_go_along(
    shop: Shop, billing: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BILLING_URL", billing.url("us%3Aer:p%40ss@127.0.0.1"))
    shop.publish(tenant="acme")
    assert shop.deliver("ChargedSoap12", 1) == {"done": 1}
    ((_, headers, body),) = billing.got
    (password,) = etree.fromstring(body).findall("*/e:Security/e:UsernameToken/e:Password", SECURITY)
    assert (password.get("Type"), password.text) == (f"{PROFILE}#PasswordText", PASSWORD)
    assert headers["Authorization"] == f"Basic {base64.b64encode(b'us:er:p@ss').decode()}"


def test_offline_a_call_is_shown_without_its_password(shop: Shop) -> None:
    request = edatool.delivery_request(shop.routes, "ChargedSoap11", "order.billed", {**ORDER, "tenant": "acme"})
    (security,) = etree.fromstring(request.body).findall("*/e:Security", SECURITY)
    assert [(etree.QName(one).localname, one.text) for one in security[0]] == [("Username", "shop"), ("Password", None)]


@pytest.mark.parametrize("password", [None, "a\x01b"])
def test_a_call_without_a_password_that_can_be_said_does_not_begin(
    shop: Shop, billing: Endpoint, monkeypatch: pytest.MonkeyPatch, password: str | None
) -> None:
    monkeypatch.delenv("BILLING_PASSWORD")
    if password:
        monkeypatch.setenv("BILLING_PASSWORD", password)
    why = "a character that XML has not" if password else "BILLING_PASSWORD is to hold a secret, and is not set"
    with (
        pytest.raises(edatool.WrongUsage, match=why),
        edatool.open_delivery(shop.routes, shop.vhost.url, "ChargedSoap12"),
    ):
        pass
