import os
import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from edatool.gateway.gateway import bound


@contextmanager
def none_left() -> Iterator[None]:
    """Have no file descriptor left."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free(), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def lowest_free() -> int:
    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    return free


def test_a_connection_that_there_is_no_file_descriptor_for_is_ended(caplog: pytest.LogCaptureFixture) -> None:
    with bound("0") as listening, socket.socket() as first, socket.socket() as second:
        listening.setblocking(False)
        with none_left():
            first.connect(listening.getsockname())
            with pytest.raises(BlockingIOError):
                listening.accept()
            assert first.recv(1) == b""
        second.connect(listening.getsockname())
        listening.accept()[0].close()
    assert [one.message for one in caplog.records] == [
        "connections are ended, as no file descriptors are left: raise ulimit -n"
    ]
