import secrets
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest

from edatool.broker.address import Address, parse
from edatool.broker.declare.operations import Operation, run
from edatool.broker.http import settings
from edatool.broker.http.management import Management
from edatool.broker.live import read
from edatool.errors import BrokerError, BrokerRefused, BrokerUnreachable
from edatool.routing.settings import LIMIT, OPERATOR_POLICY
from edatool.routing.topology import Binding, Exchange, Policy, Queue, Setting, topology
from tests.broker_fixtures import Server, Vhost
from tests.sessions import at

E = Exchange("e/1", "topic", arguments={"alternate-exchange": "f"})
F = Exchange("f", "headers", auto_delete=True, internal=True)
Q = Queue("q é", arguments={"x-queue-type": "quorum", "x-max-length": 3})
C = Queue("c", durable=True, auto_delete=True, arguments={"x-queue-type": "classic"})
BINDINGS = [
    Binding("e/1", "q é", key="a.*"),
    Binding("e/1", "f", to_exchange=True, key="#"),
    Binding("f", "c", arguments={"x-match": "any", "n": 1, "b": True, "s": "1"}),
    Binding("amq.topic", "c", key="x"),
]


def address(vhost: Vhost) -> Address:
    return parse(vhost.url, vhost.management)


def test_what_was_declared_is_what_is_read(vhost: Vhost) -> None:
    there = address(vhost)
    assert all(o.done for o in run(at(there, vhost.name), [Operation("create", one) for one in (E, F, Q, C)]))
    assert all(o.done for o in run(at(there, vhost.name), [Operation("create", one) for one in BINDINGS]))
    policy = Policy("p/1", "^x", "queues", 3, {"max-length": 5})
    with Management(there, vhost.name) as management:
        management.put_policy(policy)
        assert management.read() == topology([E, F], [Q, C], BINDINGS, [policy])
        management.delete_policy(policy)
        management.delete_policy(policy)
        assert management.read().policies == {}
        assert management.read_version() == ".".join(str(part) for part in vhost.version)


def test_the_name_of_a_policy_may_be_longer_than_what_goes_over_amqp(vhost: Vhost) -> None:
    policy = Policy("é" * 500, "^x", "queues", 3, {"max-length": 5})
    with Management(address(vhost), vhost.name) as management:
        management.put_policy(policy)
        assert management.read_policies() == [policy]
        management.delete_policy(policy)
        assert management.read_policies() == []


def test_a_wrong_password_is_refused_without_repeating_it(vhost: Vhost) -> None:
    wrong = parse("amqp://guest:wrongsecret@127.0.0.1", vhost.management)
    with Management(wrong, vhost.name) as management, pytest.raises(BrokerRefused) as raised:
        management.read()
    assert "wrongsecret" not in str(raised.value)


def test_without_tls_no_authorities_are_read_which_takes_longer_than_a_question(
    vhost: Vhost, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        pytest.fail("authorities were read")

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", fail)
    with Management(parse(vhost.url, vhost.management), vhost.name) as management:
        assert management.read_version()


def test_a_missing_vhost_is_said(server: Server) -> None:
    with (
        Management(parse(server.url, server.management), "nowhere") as management,
        pytest.raises(BrokerRefused, match="vhost"),
    ):
        management.read()


def test_a_management_url_that_nobody_answers_is_an_error_only_when_it_was_given(server: Server) -> None:
    with pytest.raises(BrokerUnreachable):
        read(at(parse(server.url, "http://127.0.0.1:1"), "/"))
    derived = replace(parse(server.url), management="http://127.0.0.1:1")
    live = read(at(derived, "/"))
    assert live.topology is None
    assert "http://127.0.0.1:1 cannot be reached" in (live.unseen or "")


def test_without_the_management_api_amqp_must_answer() -> None:
    with pytest.raises(BrokerUnreachable):
        read(at(parse("amqp://127.0.0.1:1", "none"), "/"))


def test_switching_the_management_api_off_is_said(server: Server) -> None:
    assert "switched off" in (read(at(parse(server.url, "none"), "/")).unseen or "")


def test_what_rabbitmq_refuses_is_named_in_words_without_entities(vhost: Vhost) -> None:
    value = {"pattern": "x", "apply-to": "queues", "priority": 0, "definition": {"dead-letter-exchange": "x"}}
    operator, limit = Setting(OPERATOR_POLICY, "o1", value), Setting(LIMIT, "max-foo", {"value": 5})
    with Management(address(vhost), vhost.name) as management:
        with pytest.raises(BrokerError, match=r"^policy p1: RabbitMQ refuses it: Validation failed: .*max-priority"):
            management.put_policy(Policy("p1", "^x", "queues", 1, {"max-priority": 5}))
        with pytest.raises(BrokerError, match=r"^operator policy o1: RabbitMQ refuses it: .*dead-letter") as raised:
            settings.write(management, operator)
        assert "&" not in str(raised.value)
        with pytest.raises(BrokerError, match=r"^vhost limit max-foo: RabbitMQ refuses it"):
            settings.write(management, limit)
        with pytest.raises(BrokerError, match=r"^binding nope.*no exchange 'nope'"):
            management.bind(Binding("nope", "nope", arguments={"n": 1}))


@contextmanager
def vhosts_that_come_and_go(server: Vhost) -> Iterator[None]:
    """Have vhosts of others made and deleted all the while."""
    ended = threading.Event()

    def come_and_go() -> None:
        with httpx.Client(base_url=server.api.base_url, auth=server.api.auth, trust_env=False, timeout=60) as api:
            while not ended.is_set():
                other = f"test-{secrets.token_hex(4)}"
                api.put(f"/api/vhosts/{other}").raise_for_status()
                api.put(f"/api/queues/{other}/q", json={"durable": True}).raise_for_status()
                api.delete(f"/api/vhosts/{other}").raise_for_status()

    threads = [threading.Thread(target=come_and_go) for _ in range(6)]
    for one in threads:
        one.start()
    try:
        yield
    finally:
        ended.set()
        for one in threads:
            one.join()


@pytest.mark.slow
def test_the_default_queue_type_is_told_also_while_vhosts_of_others_are_deleted(vhost: Vhost) -> None:
    with Management(address(vhost), vhost.name) as management, vhosts_that_come_and_go(vhost):
        assert {management.read_default_queue_type() for _ in range(1000)} == {"classic"}
