import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pika
import pytest

from edatool.broker.address import Address, parse
from edatool.broker.amqp import parameters
from edatool.broker.consume.drain import WINDOW, Drain, Moved, Room, move
from edatool.broker.declare.operations import Operation, run
from edatool.broker.properties import Raw, keep_raw
from edatool.errors import BrokerRefused, Unsafe
from edatool.routing.topology import Binding, Exchange, Queue
from tests.broker_fixtures import Vhost
from tests.sessions import at, session_of

# A table as only other clients write it, with a double, a float, a 16-bit integer and a list of a double.
TABLE = b"".join(
    bytes([len(name)]) + name + value
    for name, value in {
        b"double": b"d" + struct.pack(">d", 1.5),
        b"float": b"f" + struct.pack(">f", 0.1),
        b"short": b"s" + struct.pack(">h", -7),
        b"text": b"S" + struct.pack(">I", 2) + "é".encode(),
        b"nothing": b"V",
        b"CC": b"A" + struct.pack(">I", 6) + b"S" + struct.pack(">I", 1) + b"b",
        b"list": b"A" + struct.pack(">I", 9) + b"d" + struct.pack(">d", 2.5),
    }.items()
)
HEAD = struct.pack(">H", pika.BasicProperties.FLAG_HEADERS | pika.BasicProperties.FLAG_MESSAGE_ID)
RAW = HEAD + struct.pack(">I", len(TABLE)) + TABLE + b"\x01m"


def address(vhost: Vhost) -> Address:
    return parse(vhost.url, vhost.management)


@contextmanager
def channel(vhost: Vhost) -> Iterator[Any]:
    with pika.BlockingConnection(parameters(address(vhost), vhost.name)) as connection:
        yield connection.channel()


@pytest.fixture
def queues(vhost: Vhost) -> Vhost:
    """The queue ``a``, to be moved by the exchange ``to-b`` to the queue ``b``, which takes 1500 messages at most."""
    limited = {"x-queue-type": "classic", "x-max-length": 1500, "x-overflow": "reject-publish"}
    objects: list[Queue | Exchange | Binding] = [
        Queue("a", arguments={"x-queue-type": "quorum"}),
        Queue("b", arguments=limited),
        Exchange("to-b", "fanout"),
        Binding("to-b", "b"),
    ]
    for one in objects:
        run(session_of(vhost), [Operation("create", one)])
    return vhost


def moved(vhost: Vhost, room: Room | None = None) -> Moved:
    return move(session_of(vhost), Drain("a", "to-b", 30, room=room or Room()))


def put(vhost: Vhost, ids: list[str], properties: pika.BasicProperties | None = None) -> None:
    with channel(vhost) as there:
        there.confirm_delivery()
        for one in ids:
            there.basic_publish("", "a", one.encode(), properties or pika.BasicProperties(message_id=one))


def bodies(vhost: Vhost, queue: str) -> list[str]:
    found = []
    with channel(vhost) as there:
        while (got := there.basic_get(queue, auto_ack=True))[0] is not None:
            found.append(got[2].decode())
    return found


def test_messages_keep_their_routing_key_and_every_byte_of_their_properties(queues: Vhost) -> None:
    with channel(queues) as there:
        there.queue_declare("untouched", durable=True)
        for name in ("a", "untouched"):
            there.queue_bind(name, "amq.topic", "some.key")
        there.confirm_delivery()
        there.basic_publish("amq.topic", "some.key", b"body", Raw(RAW), mandatory=True)
    assert moved(queues) == Moved(1, 4, 0, full=False)
    method, properties, body = one_from(queues, "b")
    assert (method.routing_key, body) == ("some.key", b"body")
    # RabbitMQ 4 writes headers in an order of its own, also where nothing was moved.
    _, untouched, _ = one_from(queues, "untouched")
    assert sorted(properties.raw) == sorted(untouched.raw)
    assert b"\x06doubled" + struct.pack(">d", 1.5) in properties.raw


def test_the_count_of_deliveries_of_the_old_queue_is_left_out(queues: Vhost) -> None:
    properties = pika.BasicProperties("text/plain", "utf-8", {"a": 1, "x-delivery-count": 3, "z": [1]}, message_id="m")
    put(queues, ["1"], properties)
    moved(queues)
    _, found, _ = one_from(queues, "b")
    properties.headers.pop("x-delivery-count")
    own = {"raw": None, "unreadable": False}
    assert vars(found) | own == vars(properties) | own


def test_that_a_message_was_given_back_to_the_old_queue_is_left_out(queues: Vhost) -> None:
    put(queues, ["1"])
    with channel(queues) as there:
        method, *_ = there.basic_get("a")
        there.basic_nack(method.delivery_tag, requeue=True)
    moved(queues)
    _, found, _ = one_from(queues, "b")
    assert not found.headers


def one_from(vhost: Vhost, queue: str) -> Any:
    connection = pika.BlockingConnection(parameters(address(vhost), vhost.name))
    keep_raw(connection._impl)
    got = connection.channel().basic_get(queue, auto_ack=True)
    connection.close()
    return got


def test_many_are_moved_in_order(queues: Vhost) -> None:
    ids = [str(number) for number in range(1200)]
    put(queues, ids)
    assert moved(queues) == Moved(1200, sum(map(len, ids)), 1200, full=False)
    assert bodies(queues, "b") == ids
    assert bodies(queues, "a") == []


def test_messages_that_are_equal_in_all_that_can_be_seen_are_all_moved(queues: Vhost) -> None:
    put(queues, ["x"] * 600, pika.BasicProperties(message_id="same", headers={"a": 1}))
    put(queues, ["z"] * 600, pika.BasicProperties())
    assert moved(queues).messages == 1200
    assert bodies(queues, "b") == ["x"] * 600 + ["z"] * 600


@pytest.mark.parametrize("room", [Room(messages=7), Room(bytes=7.5)])
def test_no_more_is_moved_than_there_is_room_for_and_the_rest_stays(queues: Vhost, room: Room) -> None:
    put(queues, [str(number % 10) for number in range(20)])
    assert moved(queues, room) == Moved(7, 7, 7, full=True)
    assert bodies(queues, "b") == list("0123456")
    assert sorted(bodies(queues, "a")) == sorted("7890123456789")


def test_a_target_that_refuses_gets_the_rest_later(queues: Vhost) -> None:
    ids = [str(number) for number in range(1500 + WINDOW)]
    put(queues, ids)
    assert moved(queues).full
    got = bodies(queues, "b")
    while (more := moved(queues)).full or more.messages:
        got += bodies(queues, "b")
    assert sorted(got, key=int) == ids


def test_what_leads_nowhere_stays_in_the_queue(queues: Vhost) -> None:
    put(queues, ["1", "2"])
    run(session_of(queues), [Operation("delete", Binding("to-b", "b"))])
    with pytest.raises(BrokerRefused, match="reach no queue"):
        moved(queues)
    assert bodies(queues, "a") == ["1", "2"]


def test_a_missing_queue_is_said(vhost: Vhost) -> None:
    with pytest.raises(BrokerRefused, match="'nowhere'"):
        move(session_of(vhost), Drain("nowhere", "amq.fanout", 1))


def test_a_missing_exchange_is_said_and_nothing_is_taken(queues: Vhost) -> None:
    put(queues, ["1"])
    with pytest.raises(BrokerRefused, match="'nowhere'"):
        move(session_of(queues), Drain("a", "nowhere", 5))
    assert bodies(queues, "a") == ["1"]


def test_a_user_id_of_somebody_else_is_explained(queues: Vhost) -> None:
    queues.api.put("/api/users/mover", json={"password": "pw", "tags": ""}).raise_for_status()
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    queues.api.put(f"/api/permissions/{queues.quoted}/mover", json=everything).raise_for_status()
    put(queues, ["1"], pika.BasicProperties(user_id=address(queues).user))
    url = queues.url.split("@")[1]
    with pytest.raises(Unsafe, match="impersonator"):
        move(at(parse(f"amqp://mover:pw@{url}"), queues.name), Drain("a", "to-b", 5))
    queues.api.delete("/api/users/mover").raise_for_status()
    assert bodies(queues, "a") == ["1"]


def test_a_queue_that_a_consumer_has_for_itself_is_left_to_it(queues: Vhost) -> None:
    run(session_of(queues), [Operation("create", Queue("own"))])
    with channel(queues) as consumer:
        consumer.basic_consume("own", lambda *_: None, exclusive=True)
        assert move(session_of(queues), Drain("own", "to-b", 5)).messages == 0
