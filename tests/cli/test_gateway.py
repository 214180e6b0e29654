import signal
import socket
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import httpx

from tests.broker_fixtures import Vhost
from tests.gateway.serving import ORDER, applied, written

HEAD = b"POST /events/order.placed HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n"


def test_sigterm_ends_it_with_an_answer_to_what_is_in_hand(vhost: Vhost, tmp_path: Path) -> None:
    applied(written(tmp_path), vhost)
    command = [sys.executable, "-m", "edatool", "gateway", "--listen", "127.0.0.1:0", "--broker", vhost.url]
    with subprocess.Popen(command, cwd=tmp_path, stdout=PIPE, stderr=PIPE, text=True) as process:
        try:
            _end_while_in_hand(process)
        finally:
            process.kill()


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
