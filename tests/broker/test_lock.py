import re
import threading
from dataclasses import replace

import pytest

from edatool.broker import lock
from edatool.broker.address import Address, parse
from edatool.broker.session import Session
from edatool.errors import BrokerRefused, BrokerUnreachable, Locked
from tests.broker_fixtures import Vhost
from tests.proxy import Proxy


def address(vhost: Vhost) -> Address:
    return parse(vhost.url, vhost.management)


def test_a_second_holder_is_told_who_has_the_lock_and_gives_up_in_time(vhost: Vhost) -> None:
    waited_for: list[str] = []
    with (
        Session(address(vhost), vhost.name) as first,
        Session(address(vhost), vhost.name) as second,
        lock.held(first, "ann since noon", wait=0),
        pytest.raises(Locked, match="ann since noon"),
        lock.held(second, "bob", 0.5, waited_for.append),
    ):
        pass
    (who,) = waited_for
    assert re.fullmatch(r", ann since noon \(if its node \S+@\S+ is down, until that is back\)", who)


def test_a_second_holder_gets_the_lock_when_the_first_gives_it_back(vhost: Vhost) -> None:
    waiting, taken = threading.Event(), threading.Event()

    def second() -> None:
        with Session(address(vhost), vhost.name) as session, lock.held(session, "bob", 30, lambda _: waiting.set()):
            taken.set()

    other = threading.Thread(target=second)
    with Session(address(vhost), vhost.name) as session, lock.held(session, "ann", wait=0):
        other.start()
        assert waiting.wait(30)
        assert not taken.is_set()
    assert taken.wait(30)
    other.join()


def test_a_lock_whose_connection_is_cut_is_noticed_and_free(vhost: Vhost) -> None:
    there = address(vhost)
    with (
        Proxy((there.host, there.port)) as proxy,
        Session(replace(there, port=proxy.port), vhost.name) as session,
        lock.held(session, "ann", wait=0),
    ):
        session.require_alone()
        proxy.cut()
        for _ in range(2):
            with pytest.raises(BrokerUnreachable, match="lock was lost"):
                session.require_alone()
        with Session(there, vhost.name) as other, lock.held(other, "bob", wait=30):
            pass


def test_a_user_who_may_not_lock_is_told_what_to_allow(vhost: Vhost) -> None:
    vhost.api.put("/api/users/lockless", json={"password": "pw", "tags": ""}).raise_for_status()
    rights = {"configure": "^x$", "write": "", "read": ""}
    vhost.api.put(f"/api/permissions/{vhost.quoted}/lockless", json=rights).raise_for_status()
    limited = replace(address(vhost), user="lockless", password="pw")
    with (
        Session(limited, vhost.name) as session,
        pytest.raises(BrokerRefused, match=r"'edatool.lock' .*allow 'lockless' to configure it"),
        lock.held(session, "ann", 0),
    ):
        pass
    vhost.api.delete("/api/users/lockless").raise_for_status()
