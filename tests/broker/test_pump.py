"""The pump with handlers in threads of their own, which is what a consumer of messages does."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pika
import pytest

from edatool.broker.address import Address, parse
from edatool.broker.amqp import parameters
from edatool.broker.consume.ending import Ending
from edatool.broker.consume.in_hand import InHand
from edatool.broker.consume.pump import Pump
from edatool.broker.declare.operations import Operation, run
from edatool.errors import BrokerUnreachable
from edatool.routing.topology import Queue
from tests.broker_fixtures import Vhost
from tests.proxy import Proxy
from tests.sessions import session_of

PREFETCH, THREADS = 8, 4
Handle = Callable[[int], str]
"""Gets the number of a message; says ``ack``, ``reject`` or ``back``."""


class Consumer:
    """Hands messages to threads, and what they say of them back to the loop."""

    def __init__(self, address: Address, vhost: Vhost, handle: Handle) -> None:
        self.handle = handle
        self.pump = Pump(address, vhost.name)
        self.in_hand = InHand[int](self.pump)
        self.busy: set[int] = set()
        self.most_busy = 0
        self.ending = Ending(self.pump, self.in_hand, self.busy)
        self.threads = ThreadPoolExecutor(THREADS)
        self.asked_to_stop = threading.Event()

    def run(self) -> None:
        with self.threads:
            self.pump.run(self.opened, self.due)

    def opened(self, channel: Any) -> None:
        channel.basic_qos(prefetch_count=PREFETCH, callback=lambda _: self.pump.consume("q", self.delivered))

    def due(self) -> None:
        if self.asked_to_stop.is_set():
            self.ending.begin()
        if self.pump.has_channel:
            self.in_hand.acknowledge_one_by_one()

    def delivered(self, _: Any, method: Any, __: Any, body: bytes) -> None:
        if self.pump.ending:
            return
        self.in_hand.add(method.delivery_tag, int(body))
        self.busy.add(method.delivery_tag)
        self.most_busy = max(self.most_busy, len(self.busy))
        self.threads.submit(self.work, method.delivery_tag, int(body))

    def work(self, tag: int, number: int) -> None:
        said = self.handle(number)
        self.pump.call_next(lambda: self.settle(tag, said))

    def settle(self, tag: int, said: str) -> None:
        self.busy.discard(tag)
        if said == "ack":
            self.in_hand.done(tag)
        elif said == "reject":
            self.in_hand.reject(tag)
        else:
            self.in_hand.put_back(tag)
        self.in_hand.acknowledge_soon(then=self.ending.go_on)


def filled(vhost: Vhost, count: int) -> Address:
    queues = [Queue("dead"), Queue("q", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead"})]
    assert all(one.done for one in run(session_of(vhost), [Operation("create", one) for one in queues]))
    there = parse(vhost.url, vhost.management)
    with pika.BlockingConnection(parameters(there, vhost.name)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for number in range(count):
            channel.basic_publish("", "q", str(number).encode())
    return there


def left(vhost: Vhost, queue: str) -> list[int]:
    with pika.BlockingConnection(parameters(parse(vhost.url), vhost.name)) as connection:
        channel = connection.channel()
        found = []
        while (got := channel.basic_get(queue, auto_ack=True))[0]:
            found.append(int(got[2]))
        return sorted(found)


def test_threads_acknowledge_reject_and_put_back_and_no_message_is_lost_or_comes_twice(vhost: Vhost) -> None:
    there, done, lock = filled(vhost, 200), Counter[int](), threading.Lock()

    def handle(number: int) -> str:
        with lock:
            done[number] += 1
            if len(done) == 200:
                consumer.asked_to_stop.set()
            if number % 10 == 1:
                return "reject"
            return "back" if number % 10 == 2 and done[number] == 1 else "ack"

    consumer = Consumer(there, vhost, handle)
    consumer.run()
    rest = left(vhost, "q")
    assert set(rest) <= {number for number in range(200) if number % 10 == 2}
    assert left(vhost, "dead") == [number for number in range(200) if number % 10 == 1]
    expected = {n: 2 if n % 10 == 2 and n not in rest else 1 for n in range(200)}
    assert done == expected
    assert consumer.most_busy <= PREFETCH


def test_the_end_waits_for_handlers_and_leaves_the_rest_in_the_queue(vhost: Vhost) -> None:
    there, begun, done = filled(vhost, 50), threading.Event(), list[int]()

    def handle(number: int) -> str:
        begun.set()
        consumer.asked_to_stop.wait(30)
        time.sleep(0.2)
        done.append(number)
        return "ack"

    consumer = Consumer(there, vhost, handle)
    runs = threading.Thread(target=consumer.run)
    runs.start()
    assert begun.wait(30)
    consumer.asked_to_stop.set()
    runs.join(60)
    assert not runs.is_alive()
    assert len(done) >= THREADS
    assert sorted(done) + left(vhost, "q") == list(range(50))


def test_after_a_lost_connection_another_pump_gets_what_was_in_hand(vhost: Vhost) -> None:
    there, done = filled(vhost, 100), Counter[int]()
    with Proxy((there.host, there.port)) as proxy:
        near = replace(there, port=proxy.port)

        def until_lost(number: int) -> str:
            if number == 20:
                proxy.cut()
            done[number] += 1
            return "ack"

        with pytest.raises(BrokerUnreachable):
            Consumer(near, vhost, until_lost).run()

        def handle(number: int) -> str:
            done[number] += 1
            if len(done) == 100:
                consumer.asked_to_stop.set()
            return "ack"

        consumer = Consumer(near, vhost, handle)
        consumer.run()
    assert set(done) == set(range(100))
    assert sum(done.values()) <= 100 + PREFETCH
    assert left(vhost, "q") == []
