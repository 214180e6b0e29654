import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from edatool.broker.address import Address, parse
from edatool.broker.session import Session
from edatool.broker.talk import Refused, Script, talk
from edatool.errors import BrokerRefused, BrokerUnreachable
from tests.broker_fixtures import Server, Vhost
from tests.proxy import Proxy

COUNT = 3


def address(vhost: Vhost) -> Address:
    return parse(vhost.url, vhost.management)


@contextmanager
def through(vhost: Vhost) -> Iterator[tuple[Session, Proxy]]:
    """A session whose AMQP connection may be cut."""
    there = address(vhost)
    with Proxy((there.host, there.port)) as proxy, Session(replace(there, port=proxy.port), vhost.name) as session:
        yield session, proxy


def declared(session: Session, name: str, **how: Any) -> int:
    """Declare a queue, and return how many messages are in it."""

    def script(channel: Any) -> Script[int]:
        frame = yield lambda answered: channel.queue_declare(name, callback=answered, **how)
        return int(frame.method.message_count)

    return talk(session, script)


def test_all_that_ask_share_one_connection_of_each_kind(vhost: Vhost) -> None:
    there = address(vhost)
    assert there.management
    management = replace(there, management=there.management)
    host, _, port = there.management.removeprefix("http://").partition(":")
    with Proxy((there.host, there.port)) as amqp, Proxy((host, int(port))) as http:
        near = replace(management, port=amqp.port, management=f"http://127.0.0.1:{http.port}")
        with Session(near, vhost.name) as session:
            assert session.greet() is None
            for number in range(COUNT):
                assert declared(session, f"q{number}") == 0
                assert session.http.read_queue(f"q{number}")["name"] == f"q{number}"
            session.require_alone()
        assert (amqp.count, http.count) == (1, 1)


def test_a_session_that_nobody_asks_anything_connects_to_nothing() -> None:
    with Session(Address("192.0.2.1", 1, "u", "p"), "/"):
        pass


def test_a_script_is_told_of_a_refusal_where_it_waits_and_may_end_well(vhost: Vhost) -> None:
    def script(channel: Any) -> Script[str]:
        try:
            yield lambda answered: channel.queue_declare("none", passive=True, callback=answered)
        except Refused as refused:
            return f"{refused.code} {refused.text}"
        return "found"

    with Session(address(vhost), vhost.name) as session:
        assert talk(session, script).startswith("404 NOT_FOUND - no queue 'none'")
        with pytest.raises(Refused, match="NOT_FOUND"):
            declared(session, "none", passive=True)
        assert declared(session, "q") == 0


def test_what_a_script_raises_is_raised_and_the_connection_stays(vhost: Vhost) -> None:
    def script(channel: Any) -> Script[None]:
        yield lambda answered: channel.queue_declare("q", callback=answered)
        raise LookupError("mine")

    with Session(address(vhost), vhost.name) as session:
        with pytest.raises(LookupError, match="mine"):
            talk(session, script)
        assert declared(session, "q", passive=True) == 0


def test_a_lost_connection_is_told_to_the_work_and_made_again_for_the_next(vhost: Vhost) -> None:
    with through(vhost) as (session, proxy):

        def script(channel: Any) -> Script[None]:
            proxy.cut()
            yield lambda answered: channel.queue_declare("q", callback=answered)

        with pytest.raises(BrokerUnreachable, match="lost"):
            talk(session, script)
        assert declared(session, "q") == 0


def test_a_connection_that_is_lost_while_nobody_works_with_it_is_made_again(vhost: Vhost) -> None:
    with through(vhost) as (session, proxy):
        assert declared(session, "q") == 0
        proxy.cut()
        assert eventually(lambda: session.greet() is None and proxy.count == 2)
        assert declared(session, "q") == 0


def eventually(is_so: Callable[[], bool]) -> bool:
    wait = threading.Event()
    return any(is_so() or wait.wait(0.02) for _ in range(1000))


def test_a_connection_that_holds_the_lock_is_never_made_again(vhost: Vhost) -> None:
    with through(vhost) as (session, proxy):
        assert declared(session, "q") == 0
        session.be_alone()
        session.require_alone()
        proxy.cut()
        for _ in range(2):
            with pytest.raises(BrokerUnreachable, match="holds the lock was lost"):
                session.require_alone()
            with pytest.raises(BrokerUnreachable, match="holds the lock was lost"):
                declared(session, "q")
        assert proxy.count == 1
        session.hang_up()
        assert declared(session, "q") == 0


def test_a_broker_that_refuses_a_vhost_says_all_the_same_who_it_is(server: Server) -> None:
    with Session(parse(server.url, server.management), "nowhere") as session:
        assert isinstance(session.greet(), BrokerRefused)
        assert session.server["cluster_name"]


def test_nobody_there_is_said_each_time_that_somebody_asks() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with Session(parse(f"amqp://127.0.0.1:{port}"), "/") as session:
        for _ in range(2):
            with pytest.raises(BrokerUnreachable, match="cannot be reached"):
                declared(session, "q")


def test_a_session_without_the_management_api_says_how_to_name_it(server: Server) -> None:
    with Session(parse(server.url, "none"), "/") as session, pytest.raises(BrokerUnreachable, match="--management"):
        _ = session.http
