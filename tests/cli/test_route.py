import json
from pathlib import Path

import pytest

from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun

ORDER = '{"region": "eu", "total": 1, "tier": "gold"}'
TREE = """\
events [order.eu.placed] {"tier": "gold"}
  -> queue orders [order.*.placed]

Reaches orders.
"""


def test_an_event_is_traced_from_its_payload(shop: Path, edatool: EdatoolRun) -> None:
    result = edatool("route", "order.placed", "-", typed=ORDER)
    assert (result.code, result.out) == (0, TREE)


def test_the_bindings_that_did_not_match_say_why(shop: Path, edatool: EdatoolRun) -> None:
    result = edatool("route", "order.placed", "-", "--why-not", typed=ORDER)
    assert "  x  queue full [order.full.placed]: word 2 is 'eu', not 'full'\n" in result.out


def test_a_raw_message_is_traced_with_typed_headers(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "routes.yaml").write_text(
        "edatool: 1\nname: x\nexchanges: {h: {type: headers}}\nqueues: {n: {}, s: {}}\n"
        "bindings:\n  - {queue: n, exchange: h, headers: {n: 1}}\n  - {queue: s, exchange: h, headers: {n: '1'}}\n"
    )
    assert "Reaches n." in edatool("route", "--exchange", "h", "--header", "n=1").out
    assert "Reaches s." in edatool("route", "--exchange", "h", "--header", 'n="1"').out


def test_what_reaches_no_queue_exits_with_6(shop: Path, edatool: EdatoolRun) -> None:
    unroutable = edatool("route", "--exchange", "events", "--key", "x")
    assert (unroutable.code, "Unroutable" in unroutable.out) == (6, True)
    missing = edatool("route", "--exchange", "nope", "--key", "x")
    assert (missing.code, "Refused with 404" in missing.out) == (6, True)


def test_json_has_the_hops(shop: Path, edatool: EdatoolRun) -> None:
    trace = json.loads(edatool("route", "order.placed", "-", "--format", "json", typed=ORDER).out)
    assert trace["queues"] == ["orders"]
    assert trace["message"] == {"exchange": "events", "key": "order.eu.placed", "headers": {"tier": "gold"}}
    (hop,) = trace["hops"]
    assert [one["destination"] for one in hop["matched"]] == ["orders"]
    assert [one["why"] for one in hop["missed"]] == ["word 2 is 'eu', not 'full'"]


def test_mermaid_draws_the_hops(shop: Path, edatool: EdatoolRun) -> None:
    lines = edatool("route", "order.placed", "-", "--format", "mermaid", typed=ORDER).out.splitlines()
    assert lines[0] == "flowchart LR"
    assert '  x0 -->|"order.#42;.placed"| q1' in lines
    assert '  q1[("orders")]' in lines


def test_a_payload_that_breaks_the_contract_is_a_finding(shop: Path, edatool: EdatoolRun) -> None:
    result = edatool("route", "order.placed", "-", typed='{"region": "eu"}')
    assert (result.code, "total" in result.err) == (1, True)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("order.placed", "--exchange", "events"),
        ("order.placd",),
        ("order.placed",),
        ("--exchange", "events", "--header", "nonsense"),
        ("--exchange", "events", "--rabbitmq", "new"),
    ],
)
def test_calls_that_make_no_sense_are_usage_errors(shop: Path, edatool: EdatoolRun, arguments: tuple[str, ...]) -> None:
    assert edatool("route", *arguments).code == 2


def test_numbers_compare_as_in_the_version_that_is_named(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "routes.yaml").write_text(
        "edatool: 1\nname: x\nexchanges: {h: {type: headers}}\nqueues: {n: {}}\n"
        "bindings:\n  - {queue: n, exchange: h, headers: {n: 1}}\n"
    )
    message = ("route", "--exchange", "h", "--header", "n=1.0")
    assert "Reaches n." in edatool(*message, "--rabbitmq", "3.12").out
    assert "Unroutable" in edatool(*message, "--rabbitmq", "3.13").out


def test_a_live_broker_is_traced_without_a_spec(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    edatool("apply", "--yes")
    (shop / "routes.yaml").unlink()
    assert "Reaches orders." in edatool("route", "--live", "--exchange", "events", "--key", "order.eu.placed").out


def test_a_definitions_file_is_traced_without_a_spec(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    edatool("apply", "--yes")
    (shop / "routes.yaml").unlink()
    whole = on_broker.api.get("/api/definitions").raise_for_status().text
    (shop / "whole.json").write_text(whole)
    one = on_broker.api.get(f"/api/definitions/{on_broker.quoted}").raise_for_status().text
    (shop / "one.json").write_text(one)
    message = ("--exchange", "events", "--key", "order.eu.placed")
    assert "Reaches orders." in edatool("route", *message, "--definitions", "whole.json", "--vhost", on_broker.name).out
    assert "Reaches orders." in edatool("route", *message, "--definitions", "one.json").out


@pytest.mark.parametrize("content", ["nonsense", "[]", '{"queues": 3}', '{"queues": [{"name": 1}]}'])
def test_a_file_that_is_no_definitions_file_is_a_usage_error(shop: Path, edatool: EdatoolRun, content: str) -> None:
    (shop / "d.json").write_text(content)
    assert edatool("route", "--exchange", "e", "--definitions", "d.json").code == 2


LATER = """\
edatool: 1
name: shop
exchanges: {later: {type: x-delayed-message, arguments: {x-delayed-type: direct}}}
queues: {jobs: {type: classic}}
bindings: [{queue: jobs, exchange: later, key: jobs}]
"""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "Reaches jobs. Not delayed at later, for it has no header x-delay.\n"),
        (("--header", "x-delay=5000"), "Reaches jobs. Delayed by 5000 ms at later.\n"),
    ],
)
def test_a_delayed_exchange_routes_as_the_type_it_names(
    shop: Path, edatool: EdatoolRun, options: tuple[str, ...], said: str
) -> None:
    (shop / "routes.yaml").write_text(LATER)
    assert edatool("route", "--exchange", "later", "--key", "jobs", *options).out.endswith(said)
    assert edatool("route", "--exchange", "later", "--key", "other", *options).code == 6


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ('{"region": "eu",\n "total": "1"}', "payload.json:2:11: E308 the payload of 'order.placed' is"),
        ('{"total": 1}', "payload.json:1:1: E308"),
        ('{"total": }', "payload.json:1:11: E308 not JSON"),
    ],
)
def test_what_is_wrong_with_a_payload_is_shown_where_it_stands(
    shop: Path, edatool: EdatoolRun, payload: str, said: str
) -> None:
    (shop / "payload.json").write_text(payload)
    result = edatool("route", "order.placed", "payload.json")
    assert result.code == 1
    assert said in result.err


SOURCES = """
sources:
  shop:
    signature: {style: github, secrets: [{env: SHOP_SECRET}]}
    event: {by: headers.X-Event, events: {placed: order.placed}, otherwise: ignore}
    id: data.number
    fields: {region: data.where, tier: data.tier}
    constants: {total: 1}
"""


@pytest.fixture
def sources(shop: Path) -> None:
    (shop / "routes.yaml").write_text((shop / "routes.yaml").read_text() + SOURCES)


def test_a_request_to_a_source_is_traced_as_the_event_that_it_becomes(sources: None, edatool: EdatoolRun) -> None:
    body = '{"number": 1, "where": "eu", "tier": "gold"}'
    result = edatool("route", "--source", "shop", "--body", "-", "--header", "X-Event=placed", typed=body)
    assert (result.code, result.out) == (0, TREE)
    assert result.err == 'shop makes order.placed of it: {"region": "eu", "tier": "gold", "total": 1}\n'


@pytest.mark.parametrize(
    ("arguments", "body", "said"),
    [
        (["--header", "X-Event=told"], "{}", "is ignored: the source has no event for 'told'"),
        (["--header", "X-Event=placed"], "{", "becomes no event: line 1, column 2"),
        (["--header", "X-Event=placed"], '{"number": 1, "where": 5}', "the payload of 'order.placed' is not published"),
    ],
)
def test_a_request_that_becomes_no_event_is_a_finding(
    sources: None, edatool: EdatoolRun, arguments: list[str], body: str, said: str
) -> None:
    result = edatool("route", "--source", "shop", "--body", "-", *arguments, typed=body)
    assert result.code == 1
    assert said in result.err


def test_a_source_that_is_not_declared_is_a_wrong_usage(sources: None, edatool: EdatoolRun) -> None:
    result = edatool("route", "--source", "bank", "--body", "-", typed="{}")
    assert (result.code, "there is no source 'bank': the spec declares shop" in result.err) == (2, True)
