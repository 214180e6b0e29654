"""Every private name of pika that we use, and what for; ``tests/broker/test_pika_private.py`` tries each of them."""

from collections.abc import Callable
from typing import Any


def terminate(connection: Any, error: Exception) -> None:
    """End a connection whose other end does not answer: ``close`` would wait for an answer."""
    connection._terminate_stream(error)


def write(connection: Any, frames: bytes) -> None:
    """Send frames that are encoded already, counted and buffered as any other."""
    # Whenever the socket takes a part only, pika slices off the rest: of a view that is no copy.
    connection._output_marshaled_frames([memoryview(frames)])


def send(channel: Any, method: Any) -> None:
    """Send a method, and expect no answer of it: the methods of pika's own hold back what follows until it is there."""
    channel._send_method(method)


def answers(connection: Any) -> int:
    """Return how many frames came that are more than a sign of life."""
    heartbeats = getattr(connection._heartbeat_checker, "_heartbeat_frames_received", 0)
    received: int = connection.frames_received
    return received - heartbeats


def received(connection: Any) -> bytes:
    """Return the bytes that came, from the next frame on."""
    content: bytes = connection._frame_buffer
    return content


def read_frames_by(connection: Any, around: Callable[[Callable[[], tuple[int, Any]]], tuple[int, Any]]) -> None:
    """Have the next frame read by ``around``, which gets pika's own way: its size, 0 if it is incomplete, and it."""
    read = connection._read_frame
    connection._read_frame = lambda: around(read)


def forget_on_close(channel: Any, callback: Callable[[Any, Any], None]) -> None:
    """Take back ``add_on_close_callback``."""
    channel.callbacks.remove(channel.channel_number, "_on_channel_close", callback)
