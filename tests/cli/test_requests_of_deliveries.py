"""What deliveries post, told by routing tests and by route: offline, and signed at a fixed time."""

import base64
import hmac
import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import EdatoolRun

SAMPLE = Path(__file__).parents[2]
SECRET = base64.b64encode(b"made up").decode()
SPEC = """\
edatool: 1
name: shop
events:
  order.placed: {exchange: events}
  order.shipped: {exchange: events, cloudevents: binary, source: /orders}
exchanges: {events: {type: topic}}
queues:
  partner: {dead_letter: {exchange: "", key: dead}}
  carrier: {dead_letter: {exchange: "", key: dead}}
  dead: {}
bindings:
  - {queue: partner, events: [order.placed]}
  - {queue: carrier, events: [order.shipped]}
sources:
  storefront:
    signature: {header: x-signature, secrets: [{env: STOREFRONT_SECRET}]}
    event: order.placed
    id: data.id
deliveries:
  partner:
    queue: partner
    to: https://shop.example/orders?key=hunter2
    format: payload
    fields: {number: data.id}
    constants: {shop: north}
    signature: {secrets: [{env: PARTNER_KEY}]}
  carrier: {queue: carrier, to: {env: CARRIER_URL}}
"""


@pytest.fixture(autouse=True)
def _deliveries(shop: Path) -> None:
    (shop / "routes.yaml").write_text(SPEC)


def ran(edatool: EdatoolRun, *tests: dict[str, object]) -> tuple[int, list[str]]:
    """Run tests of routing, and return the exit code with the problems of those that failed."""
    Path("tests.yaml").write_text(json.dumps({"tests": tests}))
    result = edatool("test", "tests.yaml", "--format", "json")
    return result.code, [problem for one in json.loads(result.out)["tests"] for problem in one["problems"]]


def test_a_test_expects_the_request_that_goes_out_with_its_signature(edatool: EdatoolRun) -> None:
    body = '{"number":"A-1","shop":"north"}'
    signed = hmac.digest(b"made up", f"msg_7.1614265330.{body}".encode(), "sha256")
    headers = {"webhook-id": "msg_7", "Webhook-Signature": f"v1,{base64.b64encode(signed).decode()}"}
    request = {"delivery": "partner", "id": "msg_7", "at": 1614265330, "secrets": [f"whsec_{SECRET}"]}
    order = {"name": "an order", "publish": "order.placed", "payload": {"id": "A-1"}, "expect": ["partner"]}
    as_value = {**request, "headers": headers, "body": {"shop": "north", "number": "A-1"}}
    as_text = {**request, "headers": headers, "body": body}
    assert ran(edatool, {**order, "requests": [as_value, as_text]}) == (0, [])


def test_what_differs_is_told(edatool: EdatoolRun) -> None:
    request = {"delivery": "carrier", "headers": {"ce-source": "/shop", "x-a": "1"}, "body": {"id": "A-2"}}
    shipped = {"name": "s", "publish": "order.shipped", "payload": {"id": "A-1"}, "expect": ["carrier"]}
    code, problems = ran(edatool, {**shipped, "requests": [request, {"delivery": "partner", "body": {}}]})
    assert code == 1
    assert problems == [
        'carrier posts the body {"id":"A-1"}, not {"id":"A-2"}',
        "carrier posts the header ce-source: /orders, not /shop",
        "carrier posts no header x-a",
        "partner posts nothing: it does not reach partner",
    ]


def filtering(condition: str, declared: str = "") -> None:
    """Let the carrier be told only of what matches."""
    Path("routes.yaml").write_text(SPEC.replace("CARRIER_URL}", f"CARRIER_URL}}, filter: {condition}") + declared)


def test_a_test_expects_that_a_filter_keeps_an_event_back(edatool: EdatoolRun) -> None:
    filtering("{data.total: [{numeric: ['>=', 100]}]}")
    test = {"name": "s", "publish": "order.shipped", "expect": ["carrier"]}
    small, big = {**test, "payload": {"total": 7}}, {**test, "payload": {"total": 100}}
    assert ran(edatool, {**small, "filtered": ["carrier"]}) == (0, [])
    assert ran(edatool, {**big, "filtered": ["carrier"]}) == (1, ["carrier posts it, and no filter keeps it back"])
    body = {"delivery": "carrier", "body": {"total": 7}}
    why = "it does not match the filter: data.total is 7, not a number >= 100"
    assert ran(edatool, {**small, "requests": [body]}) == (1, [f"carrier posts nothing: {why}"])
    assert ran(edatool, {**big, "requests": [{**body, "body": {"total": 100}}]}) == (0, [])


def test_what_never_comes_to_a_delivery_is_not_kept_back_by_its_filter(edatool: EdatoolRun) -> None:
    filtering("{data.total: [1]}")
    test = {"name": "s", "publish": "order.placed", "payload": {"total": 7}, "expect": ["partner"]}
    assert ran(edatool, {**test, "filtered": ["carrier"]})[1] == [
        "carrier posts nothing, but not for its filter: it does not reach carrier"
    ]


def test_route_says_why_a_filter_keeps_an_event_back(edatool: EdatoolRun) -> None:
    filtering("big", "filters: {big: {data.total: [100]}}\n")
    Path("order.json").write_text('{"total": 7}')
    why = "it does not match the filter big: data.total is 7, not 100"
    assert edatool("route", "order.shipped", "order.json").out.splitlines()[2:4] == [
        "     delivered by carrier: POST $CARRIER_URL, if it matches big",
        f"       is not sent: {why}",
    ]
    (posted,) = json.loads(edatool("route", "order.shipped", "order.json", "--format", "json").out)["deliveries"]
    assert (posted["filter"], posted["unsent"], posted["body"]) == ("big", why, None)
    assert '-.->|"not sent"|' in edatool("route", "order.shipped", "order.json", "--format", "mermaid").out


def test_what_the_receivers_schema_refuses_is_told_before_it_is_published(edatool: EdatoolRun) -> None:
    Path("carrier.json").write_text('{"required": ["total"]}')
    Path("routes.yaml").write_text(SPEC.replace("CARRIER_URL}", "CARRIER_URL}, schema: carrier.json"))
    why = 'carrier.json refuses what is made of it: "total" is a required property'
    test = {"name": "s", "publish": "order.shipped", "payload": {"id": "A-1"}, "expect": ["carrier"]}
    assert ran(edatool, {**test, "requests": [{"delivery": "carrier", "body": {"id": "A-1"}}]})[1] == [
        f"carrier posts nothing: {why}"
    ]
    Path("order.json").write_text('{"id": "A-1"}')
    assert f"       becomes a dead letter: {why}\n" in edatool("route", "order.shipped", "order.json").out


def test_a_secret_that_is_none_and_a_payload_that_is_refused_are_told(edatool: EdatoolRun) -> None:
    request = {"delivery": "partner", "body": {"number": "A-1", "shop": "north"}, "secrets": ["???"]}
    order = {"name": "o", "publish": "order.placed", "payload": {"id": "A-1"}, "expect": ["partner"]}
    assert ran(edatool, {**order, "requests": [request]})[1] == [
        "partner posts nothing: a secret of the delivery 'partner' is malformed: it has to be whsec_ and base64"
    ]


def test_a_request_that_comes_in_goes_out_under_its_own_id(edatool: EdatoolRun) -> None:
    received = {"source": "storefront", "body": {"id": "A-1"}, "secrets": ["s"], "sign": True}
    request = {
        "delivery": "partner",
        "headers": {"webhook-id": "storefront:A-1", "webhook-timestamp": "0"},
        "body": {"number": "A-1", "shop": "north"},
        "secrets": [f"whsec_{SECRET}"],
    }
    assert ran(edatool, {"name": "r", "receive": received, "expect": ["partner"], "requests": [request]}) == (0, [])


def test_a_call_of_soap_is_expected_as_it_goes_out(edatool: EdatoolRun) -> None:
    shutil.copy(SAMPLE / "schemas/billing.wsdl", "billing.wsdl")
    call = "{wsdl: billing.wsdl, operation: WriteInvoice}"
    soap = f"{{queue: partner, to: 'https://billing.example', soap: {call}, constants: {{paidBy: acme}}, fields: %s}}"
    fields = "{order: data.id, amount: data.total}"
    Path("routes.yaml").write_text(f"{SPEC}  billing: {soap % fields}\n")
    order = {"name": "o", "publish": "order.placed", "payload": {"id": "A-1", "total": 80}, "expect": ["partner"]}
    request = {"delivery": "billing", "headers": {"SOAPAction": '"urn:billing#WriteInvoice"'}, "body": "none"}
    code, (problem,) = ran(edatool, {**order, "requests": [request]})
    body = problem.removeprefix("billing posts the body ").removesuffix(", not none").replace("\\n", "\n")
    parameters = ElementTree.fromstring(body.encode()).find(".//{urn:billing}WriteInvoice")
    assert parameters is not None
    assert [one.text for one in parameters] == ["A-1", "80", "acme"]
    assert (code, ran(edatool, {**order, "requests": [{**request, "body": body}]})) == (1, (0, []))


def test_a_delivery_that_is_not_declared_is_a_finding(edatool: EdatoolRun) -> None:
    test = {"name": "o", "publish": "order.placed", "payload": {}, "expect": ["partner"]}
    for named in ({"requests": [{"delivery": "partners", "body": {}}]}, {"filtered": ["partners"]}):
        Path("routes.yaml").write_text(f"{SPEC}tests: {json.dumps([{**test, **named}])}\n")
        result = edatool("validate", "--format", "short")
        assert result.code == 1
        assert "E206 the delivery 'partners' is not declared: did you mean 'partner'?" in result.out


def test_route_shows_the_way_to_the_endpoint_without_its_secrets(edatool: EdatoolRun) -> None:
    Path("order.json").write_text('{"id": "A-1"}')
    assert edatool("route", "order.placed", "order.json").out.splitlines() == [
        "events [order.placed]",
        "  -> queue partner [order.placed]",
        "     delivered by partner: POST https://shop.example/orders, signed",
        "       Content-Type: application/json",
        '       {"number":"A-1","shop":"north"}',
        "",
        "Reaches partner.",
    ]


def test_route_tells_programs_the_request_of_each_delivery(edatool: EdatoolRun) -> None:
    Path("order.json").write_text('{"id": "A-1"}')
    (posted,) = json.loads(edatool("route", "order.shipped", "order.json", "--format", "json").out)["deliveries"]
    headers = posted.pop("headers")
    assert headers["ce-type"] == "order.shipped"
    assert headers["ce-id"] == "message-id"
    assert posted == {
        "name": "carrier",
        "queue": "carrier",
        "method": "POST",
        "url": "$CARRIER_URL",
        "signed": False,
        "filter": None,
        "body": '{"id":"A-1"}',
        "refused": None,
        "unsent": None,
    }


def test_route_shows_where_a_message_of_other_clients_is_posted(edatool: EdatoolRun) -> None:
    out = edatool("route", "--exchange", "events", "--key", "order.shipped").out
    assert "\n     delivered by carrier: POST $CARRIER_URL\n\n" in out
    picture = edatool("route", "--exchange", "events", "--key", "order.shipped", "--format", "mermaid").out
    assert "carrier: POST #36;CARRIER_URL" in picture
