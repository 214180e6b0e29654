from collections.abc import Iterator
from pathlib import Path

import pytest

from edatool import Publisher
from edatool.broker.address import parse
from edatool.broker.live import read
from edatool.change.apply import apply
from edatool.change.plan import plan_apply
from edatool.checks.load import load
from edatool.errors import BrokerUnreachable, InvalidInput, WrongUsage
from edatool.routes import Routes
from edatool.routing.compile import compile_spec
from tests.broker_fixtures import Vhost
from tests.proxy import Proxy
from tests.sessions import at

SPEC = """\
edatool: 1
name: shop
events:
  placed: {exchange: e, key: "order.{customer.region}", headers: {id: id, vip: vip, missing: nothing.here}}
exchanges: {e: {type: topic}}
queues: {q: {}}
bindings: [{queue: q, exchange: e, key: "order.#"}]
"""
GOOD = {"id": 7, "vip": True, "customer": {"region": "eu"}}


@pytest.fixture
def checked(tmp_path: Path) -> Routes:
    (tmp_path / "routes.yaml").write_text(SPEC)
    return load([str(tmp_path / "routes.yaml")], {})


@pytest.fixture
def there(vhost: Vhost, checked: Routes) -> Vhost:
    address = parse(vhost.url, vhost.management)
    apply(plan_apply(compile_spec(checked.spec), read(at(address, vhost.name)).topology), at(address, vhost.name))
    return vhost


@pytest.fixture
def proxy(there: Vhost) -> Iterator[Proxy]:
    address = parse(there.url)
    with Proxy((address.host, address.port)) as proxy:
        yield proxy


def through(proxy: Proxy, vhost: Vhost) -> str:
    address = parse(vhost.url)
    return vhost.url.replace(f":{address.port}", f":{proxy.port}")


def held(vhost: Vhost) -> list[dict[str, object]]:
    ask = {"count": 100, "ackmode": "ack_requeue_true", "encoding": "auto"}
    found: list[dict[str, object]] = (
        vhost.api.post(f"/api/queues/{vhost.quoted}/q/get", json=ask).raise_for_status().json()
    )
    return found


def test_an_event_is_published_and_the_receipt_says_where(checked: Routes, there: Vhost) -> None:
    with Publisher(checked, there.url) as publisher:
        receipt = publisher.publish("placed", GOOD, message_id="id-1")
    assert (receipt.ok, receipt.outcome, receipt.exchange, receipt.key) == (True, "confirmed", "e", "order.eu")
    (message,) = held(there)
    properties = message["properties"]
    assert isinstance(properties, dict)
    assert properties["message_id"] == receipt.message_id == "id-1"
    assert properties["headers"] == {"id": 7, "vip": True}


def test_a_spec_file_will_do(tmp_path: Path, checked: Routes, there: Vhost) -> None:
    with Publisher(str(tmp_path / "routes.yaml"), there.url) as publisher:
        assert publisher.publish("placed", GOOD).ok


@pytest.mark.parametrize(
    ("payload", "pointer"),
    [
        ({"id": 1}, "/customer/region"),
        ({"customer": {"region": None}}, "/customer/region"),
        ({"customer": {"region": 1.5}}, "/customer/region"),
        ({"customer": {"region": "a.b"}}, "/customer/region"),
        ({"customer": {"region": "eu"}, "id": 1.5}, "/id"),
        ({"customer": {"region": "eu"}, "id": 2**63}, "/id"),
        ({"customer": {"region": "eu"}, "id": {"a": 1}}, "/id"),
        ({"customer": {"region": "eu"}, "id": float("nan")}, "/id"),
        ({"customer": {"region": "eu"}, "id": object()}, "/id"),
    ],
)
def test_what_cannot_be_a_key_a_header_or_json_is_rejected_before_a_connection_is_made(
    checked: Routes, payload: object, pointer: str
) -> None:
    with Publisher(checked, "amqp://127.0.0.1:1") as publisher:
        receipt = publisher.publish("placed", payload)
    assert (receipt.outcome, [one.pointer for one in receipt.violations]) == ("rejected", [pointer])


@pytest.mark.parametrize(("value", "word"), [(True, "true"), (12, "12"), ("é", "é")])
def test_strings_integers_and_booleans_become_words_of_the_key(
    checked: Routes, there: Vhost, value: object, word: str
) -> None:
    with Publisher(checked, there.url) as publisher:
        assert publisher.publish("placed", {"customer": {"region": value}}).key == f"order.{word}"


def test_a_connection_lost_before_the_confirm_is_unknown_and_the_next_publish_connects_again(
    checked: Routes, there: Vhost, proxy: Proxy
) -> None:
    with Publisher(checked, through(proxy, there)) as publisher:
        assert publisher.publish("placed", GOOD, "first").outcome == "confirmed"
        proxy.cut_after_next_request()
        lost = publisher.publish("placed", GOOD, "second")
        assert (lost.outcome, lost.message_id) == ("unknown", "second")
        assert publisher.publish("placed", GOOD, "second").outcome == "confirmed"
    ids = [message["properties"]["message_id"] for message in held(there)]  # type: ignore[index]
    assert ids == ["first", "second", "second"]


def test_a_connection_cut_between_two_publishes_loses_neither(checked: Routes, there: Vhost, proxy: Proxy) -> None:
    outcomes = []
    with Publisher(checked, through(proxy, there)) as publisher:
        for number in range(3):
            outcomes.append(publisher.publish("placed", GOOD, str(number)).outcome)
            proxy.cut()
    confirmed = [str(number) for number, outcome in enumerate(outcomes) if outcome == "confirmed"]
    assert outcomes[0] == "confirmed"
    assert {message["properties"]["message_id"] for message in held(there)} >= set(confirmed)  # type: ignore[index]


def test_nobody_listening_is_an_error_and_no_receipt(checked: Routes) -> None:
    with Publisher(checked, "amqp://127.0.0.1:1") as publisher, pytest.raises(BrokerUnreachable):
        publisher.publish("placed", GOOD)


def test_an_exchange_that_is_not_there_nacks_with_the_brokers_words(checked: Routes, vhost: Vhost) -> None:
    with Publisher(checked, vhost.url) as publisher:
        receipt = publisher.publish("placed", GOOD)
        assert receipt.outcome == "nacked"
        assert "no exchange 'e'" in receipt.reason
        assert publisher.publish("placed", GOOD).outcome == "nacked"


def test_a_spec_with_errors_is_refused_with_its_findings(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("edatool: 1\nname: x\nqueus: {}\n")
    with pytest.raises(InvalidInput) as raised:
        Publisher(str(tmp_path / "bad.yaml"), "amqp://localhost")
    assert [finding.code for finding in raised.value.findings] == ["E101"]


def test_an_undeclared_event_is_a_usage_error(checked: Routes) -> None:
    with Publisher(checked, "amqp://localhost") as publisher, pytest.raises(WrongUsage, match="placed"):
        publisher.publish("plcaed", GOOD)
