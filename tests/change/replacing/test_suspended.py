"""A process that was suspended and lost its lock to another one, which completed the work: it changes nothing more."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace as changed

import pika
import pytest

from edatool.broker import lock
from edatool.broker.address import Address, parse
from edatool.broker.amqp import parameters
from edatool.broker.consume.drain import Drain, move
from edatool.broker.declare.bindings import unbind
from edatool.broker.declare.operations import Operation, run
from edatool.broker.declare.swap import swap_exchange, swap_queue
from edatool.broker.session import Session
from edatool.change.apply import apply
from edatool.change.plan import plan_apply
from edatool.change.replacing.replace import replace
from edatool.change.replacing.replacement import Replacement, as_json, bindings_of, replacement
from edatool.errors import BrokerUnreachable, Unsafe
from edatool.routing.topology import Binding, Exchange, Queue, topology
from tests.broker_fixtures import Vhost
from tests.change.on_broker import there
from tests.processes import Process
from tests.proxy import Proxy
from tests.sessions import at

OLD = Queue("q", arguments={"x-queue-type": "quorum"})
NEW = Queue("q", arguments={"x-queue-type": "quorum", "x-single-active-consumer": True})
START = topology(
    [Exchange("e", "topic")], [OLD, Queue("b", arguments={"x-queue-type": "quorum"})], [Binding("e", "q", key="#")]
)


@pytest.fixture
def address(vhost: Vhost) -> Address:
    there = parse(vhost.url, vhost.management)
    apply(plan_apply(START, None), at(there, vhost.name))
    return there


def publish(address: Address, vhost: Vhost, count: int) -> None:
    with pika.BlockingConnection(parameters(address, vhost.name)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for number in range(count):
            channel.basic_publish("e", "k", str(number).encode(), mandatory=True)


def held_messages(address: Address, vhost: Vhost) -> int:
    with pika.BlockingConnection(parameters(address, vhost.name)) as connection:
        return int(connection.channel().queue_declare("q", passive=True).method.message_count)


@pytest.fixture
def lost(vhost: Vhost, address: Address) -> Iterator[Session]:
    """A lock whose connection the broker has closed, as it does with that of a suspended process."""
    with (
        Proxy((address.host, address.port)) as proxy,
        Session(changed(address, port=proxy.port), vhost.name) as session,
        lock.held(session, "a test", 0),
    ):
        session.require_alone()
        proxy.cut()
        yield session


def test_nothing_is_changed_on_a_lock_that_was_lost(vhost: Vhost, address: Address, lost: Session) -> None:
    publish(address, vhost, 10)
    for operation in (Operation("delete", START.queues["b"]), Operation("create", Queue("more"))):
        with pytest.raises(BrokerUnreachable):
            run(lost, [operation])
    with pytest.raises(BrokerUnreachable):
        unbind(lost, START.bindings.values())
    with pytest.raises(BrokerUnreachable):
        swap_queue(lost, START.queues["b"], OLD)
    with pytest.raises(BrokerUnreachable):
        swap_exchange(lost, START.exchanges["e"], Exchange("e", "direct"), [])
    with pytest.raises(BrokerUnreachable):
        move(lost, Drain("q", "amq.fanout", 5))
    assert there(vhost) == START
    assert held_messages(address, vhost) == 10


def test_only_the_old_object_is_deleted_for_a_new_one_and_a_queue_only_while_it_is_empty(
    vhost: Vhost, address: Address
) -> None:
    assert swap_queue(at(address, vhost.name), OLD, NEW) == 0
    with pytest.raises(Unsafe, match="queue q is not what it was"):
        swap_queue(at(address, vhost.name), OLD, NEW)
    with pytest.raises(Unsafe, match="exchange e is not what it was"):
        swap_exchange(at(address, vhost.name), Exchange("e", "direct"), Exchange("e", "fanout"), [])
    with pika.BlockingConnection(parameters(address, vhost.name)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_publish("", "q", b"x")
    assert swap_queue(at(address, vhost.name), NEW, OLD) is None
    assert there(vhost).queues["q"] == NEW
    assert held_messages(address, vhost) == 1


def test_a_quorum_queue_that_got_a_message_or_a_consumer_is_kept(vhost: Vhost, address: Address) -> None:
    publish(address, vhost, 1)
    (outcome,) = run(at(address, vhost.name), [Operation("delete", OLD)])
    assert (outcome.done, outcome.messages) == (False, 1)
    with pika.BlockingConnection(parameters(address, vhost.name)) as connection:
        connection.channel().basic_consume("b", lambda *_: None)
        (outcome,) = run(at(address, vhost.name), [Operation("delete", START.queues["b"])])
    assert (outcome.done, outcome.consumers) == (False, 1)
    assert there(vhost).queues.keys() == {"q", "b"}


@contextmanager
def suspended(one: Replacement, vhost: Vhost, step: str) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock and is suspended before a step of a replacement; the broker misses it."""
    there = parse(vhost.url, vhost.management)
    with Proxy((there.host, there.port)) as proxy:
        url = vhost.url.replace(f":{there.port}/", f":{proxy.port}/")
        order = {"url": url, "management": vhost.management, "vhost": vhost.name}
        order |= {"replacement": as_json(one), "suspend": step}  # type: ignore[dict-item]
        command = [sys.executable, "-m", "tests.change.replacing.process"]
        with Process(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin
            process.stdin.write(json.dumps(order))
            process.stdin.close()
            os.waitpid(process.pid, os.WUNTRACED)
            proxy.cut()
            yield process


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "step", ["switch: messages", "delete the old queue", "move hold", "remove the empty", "remove the other helper"]
)
def test_what_another_one_has_completed_meanwhile_stays(vhost: Vhost, address: Address, step: str) -> None:
    publish(address, vhost, 100)
    live = there(vhost)
    one = replacement(OLD, NEW, live, bindings_of(NEW, live))
    with suspended(one, vhost, step) as process:
        with Session(address, vhost.name) as session, lock.held(session, "another", 30):
            replace(one, session, lambda _: None, 300)
        publish(address, vhost, 2000)
        before = there(vhost)
        process.send_signal(signal.SIGCONT)
        assert process.stdout
        assert list(process.stdout)[-1].startswith("failed: ")
    assert there(vhost) == before
    assert before.queues["q"] == NEW
    assert held_messages(address, vhost) == 2100
