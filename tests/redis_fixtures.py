"""A private Redis for the tests that need one."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PASSWORD = "secret-of-redis"


@contextmanager
def private_redis(folder: Path, *options: str) -> Iterator[str]:
    """Start a server that keeps what it is told (``appendfsync always``); yield its URL, and stop it afterwards."""
    program = _require_program()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    folder.mkdir(parents=True, exist_ok=True)
    durable = ("--appendonly", "yes", "--appendfsync", "always", "--save", "")
    where = ("--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), "--requirepass", PASSWORD)
    command = [program, *where, *durable, *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        url = f"redis://:{PASSWORD}@127.0.0.1:{port}/0"
        try:
            _await(url)
            yield url
        finally:
            process.kill()


def _await(url: str) -> None:
    import redis

    deadline = time.monotonic() + 30
    with redis.Redis.from_url(url) as client:
        while True:
            try:
                client.ping()
            except redis.exceptions.ConnectionError:
                assert time.monotonic() < deadline, "Redis does not start"
                time.sleep(0.02)
            else:
                return


def _require_program() -> str:
    """Skip the test where no Redis can be started; fail it where that must not pass unnoticed."""
    found = shutil.which("redis-server")
    if found:
        return found
    reason = "no Redis: install redis-server"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
