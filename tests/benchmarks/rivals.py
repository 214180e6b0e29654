"""The libraries that people publish with, each as its documentation has it, and frames on a raw socket as the limit.

Each publishes ``count`` messages to the exchange ``bench``, persistent, mandatory and confirmed, over one connection.
"""

import asyncio
import importlib
import json
import struct
import time
from collections.abc import Callable
from typing import Any

import pika
from pika import frame, spec

Work = Callable[[str, dict[str, Any], int], None]


def is_installed(name: str) -> bool:
    try:
        importlib.import_module(name)
    except ImportError:
        return False
    return True


def properties() -> pika.BasicProperties:
    return pika.BasicProperties(
        content_type="application/json",
        delivery_mode=2,
        headers={"tier": "gold"},
        message_id="0" * 36,
        type="order.created",
        app_id="bench",
        timestamp=1,
    )


def raw(url: str, value: dict[str, Any], count: int) -> None:
    socket = raw_socket(url)
    batch = raw_frames(value) * 100
    sent = confirmed = 0
    received = b""
    while confirmed < count:
        while sent < count and sent - confirmed < 1000:
            socket.sendall(batch)
            sent += 100
        received += socket.recv(65536)
        while len(received) >= 7 and len(received) >= (end := struct.unpack_from(">I", received, 3)[0] + 8):
            if struct.unpack_from(">HH", received, 7) == (60, 80):
                tag, multiple = struct.unpack_from(">QB", received, 11)
                confirmed = tag if multiple else confirmed + 1
            received = received[end:]
    socket.close()


def raw_round_trips(url: str, value: dict[str, Any], count: int) -> list[float]:
    """Return the seconds from each message to its confirm, one message at a time."""
    socket, frames, seconds = raw_socket(url), raw_frames(value), []
    for _ in range(count):
        start = time.perf_counter()
        socket.sendall(frames)
        confirm = socket.recv(65536)
        seconds.append(time.perf_counter() - start)
        assert struct.unpack_from(">HH", confirm, 7) == (60, 80)
    socket.close()
    return seconds


def raw_socket(url: str) -> Any:
    """Return the socket of a connection whose channel confirms."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    connection.channel().confirm_delivery()
    socket = connection._impl._transport._sock
    socket.setblocking(True)
    return socket


def raw_frames(value: dict[str, Any]) -> bytes:
    body = json.dumps(value).encode()
    publish = spec.Basic.Publish(exchange="bench", routing_key="order.eu.created", mandatory=True)
    frames = (frame.Method(1, publish), frame.Header(1, len(body), properties()), frame.Body(1, body))
    return b"".join(one.marshal() for one in frames)


def pika_select(url: str, value: dict[str, Any], count: int) -> None:
    """Publish a body that was encoded beforehand, so that all of it is what pika does."""
    body = json.dumps(value).encode()
    sent = confirmed = 0

    def opened(channel: Any) -> None:
        channel.confirm_delivery(on_confirm, callback=lambda _: publish(channel))

    def publish(channel: Any) -> None:
        nonlocal sent
        while sent < count and sent - confirmed < 1000:
            channel.basic_publish("bench", "order.eu.created", body, properties(), mandatory=True)
            sent += 1

    def on_confirm(confirm: Any) -> None:
        nonlocal confirmed
        method = confirm.method
        confirmed = method.delivery_tag if method.multiple else confirmed + 1
        if confirmed < count:
            publish(channels[0])
        else:
            connection.close()

    channels: list[Any] = []
    connection: Any = pika.SelectConnection(
        pika.URLParameters(url),
        on_open_callback=lambda opening: channels.append(opening.channel(on_open_callback=opened)),
        on_close_callback=lambda *_: connection.ioloop.stop(),
    )
    connection.ioloop.start()


def pika_blocking(url: str, value: dict[str, Any], count: int) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.confirm_delivery()
    for _ in range(count):
        body = json.dumps(value).encode()
        channel.basic_publish("bench", "order.eu.created", body, properties(), mandatory=True)
    connection.close()


def aio_pika(url: str, value: dict[str, Any], count: int) -> None:
    library: Any = importlib.import_module("aio_pika")

    def message() -> Any:
        body = json.dumps(value).encode()
        return library.Message(body, content_type="application/json", delivery_mode=2, headers={"tier": "gold"})

    async def publish() -> None:
        connection = await library.connect_robust(url)
        exchange = await (await connection.channel()).get_exchange("bench")
        for _ in range(0, count, 1000):
            await asyncio.gather(*[exchange.publish(message(), "order.eu.created") for _ in range(1000)])
        await connection.close()

    asyncio.run(publish())


def kombu(url: str, value: dict[str, Any], count: int) -> None:
    library: Any = importlib.import_module("kombu")

    connection = library.Connection(url, transport_options={"confirm_publish": True})
    exchange = library.Exchange("bench", "topic", durable=True)
    producer = library.Producer(connection.channel(), exchange, auto_declare=False)
    for _ in range(count):
        producer.publish(value, "order.eu.created", serializer="json", delivery_mode=2, mandatory=True)
    connection.close()


def faststream(url: str, value: dict[str, Any], count: int) -> None:
    library: Any = importlib.import_module("faststream.rabbit")

    async def publish() -> None:
        broker = library.RabbitBroker(url, logger=None)
        await broker.connect()
        exchange = library.RabbitExchange("bench", type=library.ExchangeType.TOPIC, durable=True, declare=False)
        publisher = broker.publisher(exchange=exchange, routing_key="order.eu.created")
        await broker.start()
        for _ in range(0, count, 1000):
            await asyncio.gather(*[publisher.publish(value, persist=True, mandatory=True) for _ in range(1000)])
        await broker.stop()

    asyncio.run(publish())
