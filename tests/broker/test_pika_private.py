"""What pika does not promise: that its private names are there, and do what we use them for."""

import ast
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pika
import pytest
from pika import exceptions, frame, spec

from edatool.broker import pika_private
from tests.broken_amqp import CHANNEL, HEARTBEAT, OPEN, SIGNS, START, TUNE, method

DECLARED = method(spec.Queue.DeclareOk("q", 3, 0), 1)


@dataclass
class Talk:
    """A pika connection with one channel, and the other end of its socket."""

    connection: Any
    channel: Any
    peer: socket.socket
    ended: list[Exception]

    def say(self, *frames: bytes) -> None:
        """Have frames arrive."""
        before = self.connection.frames_received
        self.peer.sendall(b"".join(frames))
        self.run_until(lambda: self.connection.frames_received >= before + len(frames) or bool(self.ended))

    def run_until(self, is_so: Any) -> None:
        loop = self.connection.ioloop

        def look() -> None:
            loop.stop() if is_so() else loop.call_later(0.001, look)

        loop.call_later(0, look)
        loop.start()
        assert is_so()

    def heard(self, wanted: bytes) -> None:
        """Wait until the other end has got these bytes."""
        self.peer.setblocking(False)
        got = bytearray()

        def has_got() -> bool:
            try:
                got.extend(self.peer.recv(65536))
            except BlockingIOError:
                return wanted in got
            return False

        self.run_until(has_got)


@pytest.fixture
def talk() -> Iterator[Talk]:
    with _server() as (port, peers):
        opened: list[Any] = []
        ended: list[Exception] = []
        connection = pika.SelectConnection(
            pika.ConnectionParameters("127.0.0.1", port),
            on_open_callback=lambda one: one.channel(on_open_callback=opened.append),
            on_close_callback=lambda _, error: ended.append(error),
        )
        one = Talk(connection, None, None, ended)  # type: ignore[arg-type]  # they come now
        one.run_until(lambda: opened)
        one.channel, one.peer = opened[0], peers[0]
        yield one
        if not ended:
            pika_private.terminate(connection, exceptions.StreamLostError("over"))
            one.run_until(lambda: ended)
        connection.ioloop.close()
        one.peer.close()


@contextmanager
def _server() -> Iterator[tuple[int, list[socket.socket]]]:
    peers: list[socket.socket] = []

    def serve() -> None:
        peer, _ = listener.accept()
        peers.append(peer)
        seen = b""
        for sign, answer in zip((SIGNS[0], b"PLAIN", *SIGNS[3:]), (START, TUNE, OPEN, CHANNEL), strict=True):
            while sign not in seen:
                seen += peer.recv(65536)
            peer.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1], peers
        thread.join()


def test_a_connection_is_ended_without_a_word_and_tells_why(talk: Talk) -> None:
    why = exceptions.StreamLostError("the broker does not answer")
    pika_private.terminate(talk.connection, why)
    talk.run_until(lambda: talk.ended)
    assert talk.ended == [why]
    assert talk.connection.is_closed


def test_encoded_frames_are_sent_as_they_are_and_counted(talk: Talk) -> None:
    frames = method(spec.Basic.Qos(prefetch_count=7), 1)
    sent = talk.connection.bytes_sent
    pika_private.write(talk.connection, frames)
    assert talk.connection.bytes_sent == sent + len(frames)
    talk.heard(frames)


def test_frames_that_the_socket_takes_in_parts_are_sent_whole(talk: Talk) -> None:
    talk.peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    frames = b"".join(number.to_bytes(4, "big") for number in range(1_000_000))
    pika_private.write(talk.connection, frames)
    pika_private.write(talk.connection, b"after")
    talk.heard(frames + b"after")


def test_a_method_is_sent_and_holds_nothing_back(talk: Talk) -> None:
    cancel, delete = spec.Basic.Cancel(consumer_tag="c"), spec.Queue.Delete(queue="q")
    pika_private.send(talk.channel, cancel)
    pika_private.send(talk.channel, delete)
    talk.heard(method(cancel, 1) + method(delete, 1))


def test_heartbeats_are_no_answers(talk: Talk) -> None:
    before = pika_private.answers(talk.connection)
    talk.say(HEARTBEAT, HEARTBEAT)
    assert pika_private.answers(talk.connection) == before
    talk.say(method(spec.Connection.Blocked("memory")))
    assert pika_private.answers(talk.connection) == before + 1


def test_frames_are_counted_where_there_are_no_heartbeats(talk: Talk) -> None:
    talk.connection._heartbeat_checker.stop()
    talk.connection._heartbeat_checker = None
    before = pika_private.answers(talk.connection)
    talk.say(method(spec.Connection.Blocked("memory")))
    assert pika_private.answers(talk.connection) == before + 1


def test_frames_are_read_in_our_way_and_their_bytes_are_seen(talk: Talk) -> None:
    seen: list[tuple[bytes, Any]] = []

    def around(read: Any) -> tuple[int, Any]:
        size, one = read()
        if one:
            seen.append((pika_private.received(talk.connection)[:size], one))
        return size, one

    pika_private.read_frames_by(talk.connection, around)
    blocked = method(spec.Connection.Blocked("memory"))
    talk.say(blocked, HEARTBEAT)
    assert [content for content, _ in seen] == [blocked, HEARTBEAT]
    assert [type(one) for _, one in seen] == [frame.Method, frame.Heartbeat]


def test_a_channel_tells_of_its_end_whom_it_was_not_told_to_forget(talk: Talk) -> None:
    told: list[str] = []

    def forgotten(*_: Any) -> None:
        told.append("forgotten")

    talk.channel.add_on_close_callback(forgotten)
    talk.channel.add_on_close_callback(lambda *_: told.append("known"))
    pika_private.forget_on_close(talk.channel, forgotten)
    talk.say(method(spec.Channel.Close(404, "NOT_FOUND", 50, 10), 1))
    talk.run_until(lambda: talk.channel.is_closed)
    assert told == ["known"]


def test_an_answer_may_be_awaited_that_pika_did_not_ask_for(talk: Talk) -> None:
    got: list[Any] = []
    talk.channel.add_callback(got.append, [spec.Queue.DeclareOk])
    talk.say(DECLARED)
    talk.run_until(lambda: got)
    assert got[0].method.message_count == 3


def test_no_other_file_of_ours_uses_a_private_name_of_another() -> None:
    folder = Path(pika_private.__file__).parent
    found = [
        f"{file.relative_to(folder)}:{one.lineno} {one.attr}"
        for file in folder.rglob("*.py")
        if file.name != "pika_private.py"
        for one in ast.walk(ast.parse(file.read_text()))
        if isinstance(one, ast.Attribute)
        and one.attr.startswith("_")
        and not one.attr.startswith("__")
        and not (isinstance(one.value, ast.Name) and one.value.id in ("self", "cls"))
    ]
    assert found == []
