import hashlib
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pika
import pytest
import requests
import zeep
from lxml import etree
from zeep.exceptions import Fault
from zeep.transports import Transport
from zeep.wsa import WsAddressingPlugin

import edatool
from tests.broker_fixtures import Vhost
from tests.gateway.serving import serving, written

SOAP = """
soap:
  billing: {namespace: "urn:shop:billing", events: [bill.sent, order.lost.bill, order.late.bill]}
"""
EVENTS = """
  bill.sent: {exchange: orders, key: order.bill, schema: bill.json}
  order.lost.bill: {exchange: orders, key: nobody, schema: bill.json}
  order.late.bill: {exchange: orders, key: full.bill, schema: bill.json}
"""
BILL_SCHEMA = """\
{"type": "object", "required": ["id", "total", "lines"],
 "properties": {
   "id": {"type": "string", "pattern": "^[0-9]+$"},
   "total": {"type": "number", "minimum": 0},
   "paid": {"type": "boolean"},
   "note": {"type": ["string", "null"]},
   "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}}},
 "$defs": {"line": {"type": "object", "required": ["sku", "count"],
                    "properties": {"sku": {"type": "string"}, "count": {"type": "integer", "minimum": 1}}}},
 "examples": [{"id": "007", "total": 1.5, "lines": []}]}
"""
ENVELOPES = {
    "text/xml": "http://schemas.xmlsoap.org/soap/envelope/",
    "application/soap+xml": "http://www.w3.org/2003/05/soap-envelope",
}
BILL = '<bill.sent xmlns="urn:shop:billing"><id>007</id><total>1.5</total></bill.sent>'


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> edatool.Routes:
    folder = tmp_path_factory.mktemp("soap")
    (folder / "bill.json").write_text(BILL_SCHEMA)
    return written(folder, SOAP, EVENTS)


@pytest.fixture(scope="module")
def wsdl(url: str) -> str:
    return f"{url}/soap/billing?wsdl"


@pytest.fixture(scope="module", params=["Soap11", "Soap12"])
def billing(request: pytest.FixtureRequest, wsdl: str) -> Iterator[Any]:
    """A client of zeep, of either version."""
    with requests.Session() as session:
        session.trust_env = False
        client = zeep.Client(wsdl, transport=Transport(session=session), port_name=f"billing{request.param}")
        yield client.service


def post(url: str, body: str | bytes, kind: str = "text/xml", around: str = "{}", head: str = "") -> httpx.Response:
    """Post what an envelope has in its body."""
    if isinstance(body, str):
        namespace = ENVELOPES[kind]
        body = around.format(f'<s:Envelope xmlns:s="{namespace}">{head}<s:Body>{body}</s:Body></s:Envelope>').encode()
    return httpx.post(f"{url}/soap/billing", content=body, headers={"Content-Type": kind}, trust_env=False, timeout=30)


def payloads_in(shop: Vhost) -> dict[str, Any]:
    """Take all messages out of the queue of orders, and return their payloads by their ids."""
    connection = pika.BlockingConnection(pika.URLParameters(shop.url))
    channel, found = connection.channel(), {}
    while (got := channel.basic_get("orders", auto_ack=True))[0]:
        found[got[1].message_id] = json.loads(got[2])
    connection.close()
    return found


def url_of(wsdl: str) -> str:
    return wsdl.partition("/soap/")[0]


def told(fault: Any) -> dict[str, list[str]]:
    """Return what the details of a fault say, by the names of their elements."""
    found: dict[str, list[str]] = {}
    for one in fault.detail.iter():
        found.setdefault(etree.QName(one).localname, []).append(one.text)
    return found


def test_a_client_sends_an_event_whose_fields_have_the_types_of_their_schema(billing: Any, shop: Vhost) -> None:
    answer = billing["bill.sent"](
        id="007", total="12.50", paid=True, note=zeep.xsd.Nil, lines=[{"sku": "1e3", "count": 2}]
    )
    assert (answer.event, answer.outcome) == ("bill.sent", "confirmed")
    assert payloads_in(shop)[answer.message_id] == {
        "id": "007",
        "total": 12.5,
        "paid": True,
        "note": None,
        "lines": [{"sku": "1e3", "count": 2}],
    }


def test_a_required_list_without_items_is_empty_and_what_is_left_out_is_not_there(billing: Any, shop: Vhost) -> None:
    answer = billing["bill.sent"](id="8", total=0)
    assert payloads_in(shop)[answer.message_id] == {"id": "8", "total": 0, "lines": []}


def test_what_xsd_refuses_is_a_fault_of_the_sender_that_names_each_element(billing: Any) -> None:
    lines = [{"sku": "a", "count": 1}, {"sku": "b", "count": 0}]
    with pytest.raises(Fault) as refused:
        billing["bill.sent"](id="8", total=-1, lines=lines)
    assert refused.value.code.rpartition(":")[2] in ("Client", "Sender")
    assert told(refused.value)["outcome"] == ["rejected"]
    assert told(refused.value)["element"] == ["bill.sent/total", "bill.sent/lines[2]/count"]


def test_what_only_the_contract_refuses_is_a_fault_that_names_the_element(billing: Any) -> None:
    with pytest.raises(Fault) as refused:
        billing["bill.sent"](id="eight", total=1)
    assert told(refused.value)["element"] == ["bill.sent/id"]


@pytest.mark.parametrize(("event", "outcome"), [("order.lost.bill", "unroutable"), ("order.late.bill", "nacked")])
def test_an_event_that_is_not_taken_is_a_fault_of_the_receiver_with_its_outcome(
    billing: Any, event: str, outcome: str
) -> None:
    with pytest.raises(Fault) as refused:
        billing[event](id="8", total=1)
    assert refused.value.code.rpartition(":")[2] in ("Server", "Receiver")
    assert told(refused.value)["outcome"] == [outcome]


def test_a_message_that_is_repeated_under_its_id_is_no_second_event(wsdl: str, shop: Vhost) -> None:
    payloads_in(shop)
    with requests.Session() as session:
        session.trust_env = False
        client = zeep.Client(wsdl, transport=Transport(session=session), plugins=[WsAddressingPlugin()])
        message = client.create_message(client.service, "bill.sent", id="9", total=1)
    head = etree.tostring(message[0]).decode()
    answers = [post(url_of(wsdl), BILL, head=head) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].text == answers[1].text
    (found,) = payloads_in(shop)
    assert found.startswith("urn:uuid:")
    other = post(url_of(wsdl), BILL.replace("007", "008"), head=head)
    assert (other.status_code, "used for another request" in other.text, "Client" in other.text) == (500, True, True)


def test_a_message_id_that_cannot_be_kept_is_a_fault(url: str) -> None:
    head = '<s:Header><MessageID xmlns="http://www.w3.org/2005/08/addressing">two words</MessageID></s:Header>'
    assert "this MessageID cannot be kept" in post(url, BILL, head=head).text


@pytest.mark.parametrize(("kind", "status"), [("text/xml", 500), ("application/soap+xml", 400)])
def test_a_fault_of_the_sender_has_the_status_of_its_version(url: str, kind: str, status: int) -> None:
    answer = post(url, "<other/>", kind)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, f"{kind}; charset=utf-8")


@pytest.mark.parametrize(
    ("body", "around", "head", "said"),
    [
        (BILL.replace("urn:shop:billing", "urn:shop:other"), "{}", "", "no such operation"),
        (BILL.replace("<id>", '<id xmlns="">'), "{}", "", "breaks its XSD"),
        (BILL.replace("<id>", '<id lang="en">'), "{}", "", "breaks its XSD"),
        (BILL + BILL, "{}", "", "one Body with one element"),
        (BILL, "{}<", "", "no XML"),
        (BILL, "<?xml version='1.0' encoding='ISO-8859-1'?>{}", "", "send UTF-8"),
        (BILL, "{}", "<s:Header><a s:mustUnderstand='1'/></s:Header>", "header a is not understood"),
        (BILL, "{}", f"<s:Header a='{'x' * 5000}'/>", "longer than 4096"),
        (BILL, "{}", "<s:Header " + " ".join(f"a{number}='1'" for number in range(40)) + "/>", "more than 32"),
        (BILL.replace("1.5", "0.12345678901234567890"), "{}", "", "more digits"),
        (BILL.replace("1.5", "1" * 2000), "{}", "", "more than 1000 digits"),
        (f"<a>{'<b>' * 200}{'</b>' * 200}</a>", "{}", "", "deeper than 80"),
        (f"<a>{'<b/>' * 20_001}</a>", "{}", "", "more than 20000 elements"),
    ],
)
def test_what_is_no_message_of_the_service_is_refused(url: str, body: str, around: str, head: str, said: str) -> None:
    answer = post(url, body, around=around, head=head)
    assert answer.status_code == 500
    assert said in answer.text


@pytest.mark.parametrize("header", ["<a/>", "<a s:mustUnderstand='0'/>", "<a s:mustUnderstand='1' s:actor='urn:x'/>"])
def test_a_header_that_need_not_be_understood_here_is_passed_over(url: str, header: str) -> None:
    assert "confirmed" in post(url, BILL, head=f"<s:Header>{header}</s:Header>").text


def test_a_fault_tells_when_to_try_again_where_the_broker_takes_nothing(url: str) -> None:
    answer = post(url, BILL.replace("bill.sent", "order.late.bill"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (500, "5")


def test_an_envelope_of_the_other_version_is_a_mismatch(url: str) -> None:
    answer = post(url, f'<s:Envelope xmlns:s="{ENVELOPES["text/xml"]}"/>'.encode(), "application/soap+xml")
    assert (answer.status_code, "VersionMismatch" in answer.text) == (500, True)


@pytest.mark.parametrize("kind", ["application/json", "text/xml; charset=iso-8859-1", ""])
def test_another_content_type_is_not_read(url: str, kind: str) -> None:
    assert post(url, b"<a/>", kind).status_code == 415


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A port that nobody is to connect to."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        found.setblocking(False)
        yield found


LAUGHS = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
ATTACKS = {
    "an external entity": '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>{}',
    "an entity of the network": '<!DOCTYPE a [<!ENTITY e SYSTEM "http://127.0.0.1:PORT/">]>{}',
    "a parameter entity": '<!DOCTYPE a [<!ENTITY % e SYSTEM "http://127.0.0.1:PORT/"> %e;]>{}',
    "a DTD of the network": '<!DOCTYPE a SYSTEM "http://127.0.0.1:PORT/a.dtd">{}',
    "a DTD with a public name": '<!DOCTYPE a PUBLIC "a" "http://127.0.0.1:PORT/a.dtd">{}',
    "billion laughs": f'<!DOCTYPE a [<!ENTITY e0 "ha">{LAUGHS}]>{{}}',
    "an empty DTD": "<!DOCTYPE a>{}",
}


@pytest.mark.parametrize("around", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("where", ["<id>&e;</id>", "<id a='&e9;'>7</id>", "<id>7</id>"])
def test_a_dtd_is_refused_at_once_and_nothing_is_fetched(
    url: str, listening: socket.socket, around: str, where: str
) -> None:
    around, began = around.replace("PORT", str(listening.getsockname()[1])), time.process_time()
    answer = post(url, BILL.replace("<id>007</id>", where), around=around)
    assert answer.status_code == 500
    assert "DOCTYPE" in answer.text or "no XML" in answer.text
    assert "root:" not in answer.text
    assert time.process_time() - began < 1
    with pytest.raises(BlockingIOError):
        listening.accept()


@pytest.mark.parametrize(
    "inside",
    [
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>',
        '<id a="' + "x" * 100_000 + '">7</id>',
        "<id " + " ".join(f"a{number}='1'" for number in range(1000)) + ">7</id>",
    ],
    ids=["XInclude", "an oversized attribute", "too many attributes"],
)
def test_what_is_hidden_in_an_element_is_refused(url: str, inside: str) -> None:
    answer = post(url, BILL.replace("<id>007</id>", inside))
    assert (answer.status_code, "root:" in answer.text) == (500, False)


def test_a_schema_that_a_message_names_is_not_fetched(url: str, listening: socket.socket) -> None:
    where = f"http://127.0.0.1:{listening.getsockname()[1]}/a.xsd"
    hint = (
        f'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:schemaLocation="urn:shop:billing {where} urn:x {where}"'
    )
    assert "confirmed" in post(url, BILL.replace("<bill.sent", f"<bill.sent {hint}")).text
    with pytest.raises(BlockingIOError):
        listening.accept()


def test_a_body_over_the_limit_is_not_read(url: str) -> None:
    assert post(url, b" " * (2**20 + 1)).status_code == 413


def test_a_producer_is_told_of_its_own_operations_only_and_may_call_no_others(shop: Vhost, tmp_path: Path) -> None:
    (tmp_path / "bill.json").write_text(BILL_SCHEMA)
    digests = {name: hashlib.sha256(name.encode()).hexdigest() for name in ("ledger", "press")}
    more = f"""{SOAP}producers:
  ledger: {{events: [order.lost.bill], tokens: ["sha256:{digests["ledger"]}"]}}
  press: {{events: [order.noted], tokens: ["sha256:{digests["press"]}"]}}
"""
    envelope = f'<s:Envelope xmlns:s="{ENVELOPES["text/xml"]}"><s:Body>{BILL}</s:Body></s:Envelope>'
    with serving(written(tmp_path, more, EVENTS), shop.url) as url, httpx.Client(trust_env=False) as client:
        assert client.get(f"{url}/soap/billing").status_code == 401
        unknown = client.post(f"{url}/soap/billing", content=envelope, headers={"Content-Type": "text/xml"})
        assert (unknown.status_code, "The sender is not known" in unknown.text) == (401, True)
        assert client.get(f"{url}/soap/billing", auth=("press", "press")).status_code == 403
        shown = client.get(f"{url}/soap/billing", auth=("ledger", "ledger")).text
        assert ("order.lost.bill" in shown, "bill.sent" in shown) == (True, False)
        answer = client.post(
            f"{url}/soap/billing", content=envelope, headers={"Content-Type": "text/xml"}, auth=("ledger", "ledger")
        )
        assert "no such operation" in answer.text


@pytest.mark.parametrize("where", ["0.0.0.0:0", "[::]:0"])
def test_without_producers_only_this_machine_may_call(where: str, routes: edatool.Routes) -> None:
    assert (routes.spec.producers, routes.spec.sources) == ({}, {})
    with (
        pytest.raises(edatool.WrongUsage, match="anybody could send"),
        edatool.open_gateway(routes, "amqp://localhost", where),
    ):
        pass


def test_sources_that_others_reach_do_not_open_the_services_beside_them(shop: Vhost, tmp_path: Path) -> None:
    (tmp_path / "bill.json").write_text(BILL_SCHEMA)
    (tmp_path / "key").write_text("key")
    source = "sources:\n  hooks: {event: order.noted, signature: {style: github, secrets: [{file: key}]}}\n"
    routes = written(tmp_path, SOAP + source, EVENTS)
    with serving(routes, shop.url, proxies=["127.0.0.1"]) as url:
        assert post(url, BILL).status_code == 401
