"""What is said of brokers that do not answer, or not as brokers do."""

import ssl
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import trustme
from pika import exceptions

from edatool.broker import amqp, diagnosis, lock
from edatool.broker.address import parse
from edatool.broker.consume.peek import peek
from edatool.broker.declare.operations import Operation, run
from edatool.broker.diagnosis import connection_error
from edatool.broker.publish import bare
from edatool.broker.session import Session
from edatool.errors import BrokerError, BrokerRefused, BrokerUnreachable
from edatool.routing.topology import Exchange, Queue
from tests.broken_amqp import TALKS, UNANSWERED, broken_broker
from tests.broker_fixtures import Vhost
from tests.proxy import Proxy
from tests.sessions import at


def hold(session: Session) -> None:
    with lock.held(session, "ann", 0):
        pass


WAYS: dict[str, Callable[[Session], object]] = {
    "operations": lambda session: run(session, [Operation("inspect", Queue("q"))]),
    "reading": lambda session: peek(session, Queue("q"), 1),
    "publish": lambda session: bare.publish(session, "e", "k", b""),
    "lock": hold,
}


def refused(url: str, way: str) -> BrokerError:
    with Session(parse(url, "none"), "/") as session, pytest.raises(BrokerError) as raised:
        WAYS[way](session)
    text = str(raised.value)
    assert "guest@127.0.0.1:" in text
    for word in ("Error", "exception", "Transport", "Stream", "topsecret", "struct", "<", "0x"):
        assert word not in text, text
    return raised.value


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("talk", TALKS)
def test_every_way_to_end_is_said_in_words_of_ours(talk: str, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "_PATIENCE", 0.2)
    with broken_broker(talk) as port:
        refused(f"amqp://guest:topsecret@127.0.0.1:{port}", way)


@pytest.mark.parametrize(
    ("talk", "kind", "words"),
    [
        ("nothing", BrokerUnreachable, "AMQP 0-9-1"),
        ("http", BrokerUnreachable, "answers in HTTP"),
        ("garbage", BrokerUnreachable, "AMQP 0-9-1"),
        ("a refused login", BrokerRefused, "refuses the user 'guest' or its password"),
        ("an end at the login", BrokerRefused, "ended the connection at the login"),
        ("no plain", BrokerRefused, "no login by password"),
        ("an end of the negotiation", BrokerUnreachable, "while it was negotiated"),
        ("a vhost at its limit", BrokerRefused, "connection limit"),
        ("no permission", BrokerRefused, "grant permissions"),
        ("a shutdown", BrokerUnreachable, "CONNECTION_FORCED"),
    ],
)
def test_the_diagnosis_is_true(talk: str, kind: type, words: str) -> None:
    with broken_broker(talk) as port:
        error = refused(f"amqp://guest:topsecret@127.0.0.1:{port}", "operations")
    assert isinstance(error, kind)
    assert words in str(error)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("until", UNANSWERED)
def test_heartbeats_without_an_answer_are_given_up(until: str, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(amqp, "ANSWER", 0.5)
    before = time.monotonic()
    with broken_broker(until) as port:
        error = refused(f"amqp://guest@127.0.0.1:{port}?connection_timeout=400", way)
    assert "does not answer" in str(error)
    assert time.monotonic() - before < 10


def test_a_broker_that_answers_slowly_is_waited_for(vhost: Vhost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(amqp, "ANSWER", 3.0)
    many = [Operation("create", Queue(f"q{i}")) for i in range(200)]
    outcomes = run(at(parse(vhost.url), vhost.name), many, lambda _: time.sleep(0.02))
    assert all(one.done for one in outcomes)


def test_tls_at_a_plain_port_and_the_reverse_are_told_apart(vhost: Vhost) -> None:
    there = parse(vhost.url)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    assert "write amqp://" in str(refused(f"amqps://guest@127.0.0.1:{there.port}", "operations"))
    with Proxy((there.host, there.port), context) as secured:
        assert "amqp:// or amqps://" in str(refused(f"amqp://guest@127.0.0.1:{secured.port}", "operations"))


def test_no_broker_on_this_machine_gets_a_hint_to_start_one() -> None:
    with pytest.raises(BrokerUnreachable, match=r"none yet\? edatool broker start"):
        WAYS["operations"](at(parse("amqp://127.0.0.1:1", "none"), "/"))


@pytest.mark.parametrize("scheme", ["amqp", "amqps"])
def test_the_port_of_the_management_api_is_named_by_its_answer(vhost: Vhost, scheme: str) -> None:
    url = f"{scheme}://guest@127.0.0.1:{vhost.management.rpartition(':')[2]}"
    with ThreadPoolExecutor() as at_once:  # the API waits 5 s for the rest of a request
        errors = list(at_once.map(lambda way: str(refused(url, way)), WAYS))
    for said in errors:
        assert f"{parse(url).port} seems to be the port of the management API, for it answers in HTTP" in said
        assert "that of AMQP is mostly 5672, or 5671 with TLS" in said


def test_a_port_that_is_mostly_the_management_apis_is_named_where_nothing_can_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with broken_broker("nothing") as port:
        monkeypatch.setattr(diagnosis, "_MANAGEMENT_PORTS", (port,))
        assert "is mostly the port of the management API" in str(
            refused(f"amqp://guest@127.0.0.1:{port}", "operations")
        )


def test_an_exchange_of_unknown_type_is_named(vhost: Vhost) -> None:
    wanted = [Exchange("fine", "topic"), Exchange("odd", "x-no-such-type"), Exchange("other", "fanout")]
    try:
        outcomes = run(at(parse(vhost.url), vhost.name), [Operation("create", one) for one in wanted])
    except BrokerRefused as error:
        text = str(error)
        assert "exchange odd: " in text
    else:
        text = next(one.text for one in outcomes if one.operation.object is wanted[1])
    assert "x-no-such-type" in text


def test_a_queue_that_has_lost_its_leader_is_to_be_asked_again() -> None:
    words = "INTERNAL_ERROR - Cannot get a message from queue 'queue 'q' in vhost '/'': nodedown"  # of 3.10.8
    told = connection_error(exceptions.ConnectionClosedByBroker(541, words), parse("amqp://broker"), "/")
    assert isinstance(told, BrokerUnreachable)
    assert "has no leader just now, since its node went down: try again in a moment" in str(told)
