import signal
import socket
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from subprocess import PIPE

import httpx
import pytest

from edatool.server.installed import free_ports
from tests.broker.test_publishing import ids_in
from tests.broker_fixtures import Vhost
from tests.gateway.serving import ORDER, applied, written

HEAD = (
    b"POST /events/order.placed HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n"
)


def test_sigterm_ends_it_with_an_answer_to_what_is_in_hand(vhost: Vhost, tmp_path: Path) -> None:
    applied(written(tmp_path), vhost)
    command = [sys.executable, "-m", "edatool", "gateway", "--listen", "127.0.0.1:0", "--broker", vhost.url]
    with subprocess.Popen(command, cwd=tmp_path, stdout=PIPE, stderr=PIPE, text=True) as process:
        try:
            _end_while_in_hand(process)
        finally:
            process.kill()


@pytest.mark.slow
@pytest.mark.parametrize("more", [[], ["--outbox", "outbox.db"]])
def test_every_202_is_in_its_queue_or_its_outbox_though_the_gateway_is_killed(
    vhost: Vhost, tmp_path: Path, more: list[str]
) -> None:
    applied(written(tmp_path), vhost)
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "edatool", "gateway", "--listen", str(port), "--broker", vhost.url, *more]
    taken: list[str] = []

    def post(worker: int) -> None:
        for number in range(150):
            key = f"{worker}-{number}"
            with suppress(httpx.TransportError):
                headers = {"Idempotency-Key": key}
                answer = httpx.post(f"http://127.0.0.1:{port}/events/order.placed", json=ORDER, headers=headers)
                if answer.status_code == 202:
                    taken.append(key)

    with ThreadPoolExecutor(4) as threads:
        posts = [threads.submit(post, worker) for worker in range(4)]
        while not all(one.done() for one in posts):
            with subprocess.Popen(command, cwd=tmp_path, stderr=PIPE, stdout=PIPE, text=True) as process:
                before = len(taken)
                while len(taken) < before + 50 and not all(one.done() for one in posts):
                    assert process.poll() is None
                    time.sleep(0.01)  # nothing announces that somebody else was answered
                process.kill()
    there = set(ids_in(vhost.url, "orders"))
    if more:
        # What a relay that was killed had claimed waits for the end of its lease.
        with closing(sqlite3.connect(tmp_path / "outbox.db")) as outbox:
            there |= {one for (one,) in outbox.execute("SELECT message_id FROM edatool_outbox")}
    assert len(taken) > 50
    assert set(taken) <= there


def _end_while_in_hand(process: "subprocess.Popen[str]") -> None:
    assert process.stdout
    assert process.stderr
    said = next(line for line in process.stderr if line.startswith("edatool gateway for "))
    url = httpx.URL(said.partition(" at ")[2].partition(",")[0])
    assert httpx.post(url.join("/events/order.placed"), json=ORDER, trust_env=False).status_code == 202
    with socket.create_connection((url.host, url.port or 0)) as held:
        held.sendall(HEAD + b"{")
        assert httpx.get(url.join("/healthz"), trust_env=False).status_code == 200
        process.send_signal(signal.SIGTERM)
        _refused(url)
        held.sendall(b"}")
        assert held.recv(4096).startswith(b"HTTP/1.1 422 ")
    assert process.wait() == 0
    assert process.stdout.read() == "1 confirmed, 1 rejected\n"


def _refused(url: httpx.URL) -> None:
    """Wait until nobody listens there."""
    while True:
        try:
            socket.create_connection((url.host, url.port or 0)).close()
        except ConnectionRefusedError:
            return
