"""What the broker tests get: a server, and a vhost of their own on it."""

import fcntl
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from edatool.broker import address
from edatool.broker.http.answers import KEPT
from edatool.server import node


@dataclass(frozen=True, slots=True)
class Server:
    """A RabbitMQ to test against: its AMQP URL without a vhost, its management URL, its version."""

    url: str = field(repr=False)
    management: str
    version: tuple[int, int, int]
    api: httpx.Client = field(repr=False)


@dataclass(frozen=True, slots=True)
class Vhost:
    """A vhost of one test; ``url`` includes it, and ``quoted`` is its name in the management API's paths."""

    name: str
    quoted: str
    url: str = field(repr=False)
    management: str
    version: tuple[int, int, int]
    api: httpx.Client = field(repr=False)


@contextmanager
def any_server(folder: Path) -> Iterator[Server]:
    """Use the server that EDATOOL_TEST_BROKER names, else a private one in ``folder``."""
    url, management = os.environ.get("EDATOOL_TEST_BROKER"), os.environ.get("EDATOOL_TEST_MANAGEMENT")
    if url:
        with connected(url, management) as server:
            yield server
        return
    require_node()
    with private_server(folder) as server:
        yield server


@contextmanager
def private_server(folder: Path, plugins: Sequence[str] = ()) -> Iterator[Server]:
    """Start a server in ``folder``, with these plugins too, unless another process of this test run has done so.

    The last process that needs it no longer removes it.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.users").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            started = node.start(folder, plugins=plugins)
            with connected(started.url, started.management) as server:
                yield server
        finally:
            with suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                node.remove(folder)


@contextmanager
def connected(url: str, management: str | None) -> Iterator[Server]:
    """Open a client of the server's management API."""
    who = address.parse(url, management)
    assert who.management, "EDATOOL_TEST_MANAGEMENT must not be none: the tests need the management API"
    api = httpx.Client(
        base_url=who.management,
        auth=(who.user, who.password),
        timeout=60,
        limits=httpx.Limits(keepalive_expiry=KEPT),
        trust_env=False,
    )
    with api:
        version = api.get("/api/overview").raise_for_status().json()["rabbitmq_version"]
        yield Server(url, who.management, _numbers(version), api)


@contextmanager
def fresh_vhost(server: Server) -> Iterator[Vhost]:
    """Make a vhost, and delete it with all that is in it."""
    name = f"test/{secrets.token_hex(4)}"
    quoted = quote(name, safe="")
    server.api.put(f"/api/vhosts/{quoted}").raise_for_status()
    try:
        url = f"{server.url.rstrip('/')}/{quoted}"
        yield Vhost(name, quoted, url, server.management, server.version, server.api)
    finally:
        server.api.delete(f"/api/vhosts/{quoted}").raise_for_status()
        for one in server.api.get("/api/global-parameters?columns=name").raise_for_status().json():
            if f":{name}:" in one["name"]:  # ledgers and specs outlive the vhost
                server.api.delete(f"/api/global-parameters/{quote(one['name'], safe='')}")


def require_node() -> None:
    """Skip the test where no RabbitMQ can be started; fail it where that must not pass unnoticed."""
    if node.available():
        return
    reason = "no RabbitMQ: install rabbitmq-server, start Docker, or set EDATOOL_TEST_BROKER"
    if os.environ.get("CI") == "true" or os.environ.get("EDATOOL_REQUIRE_BROKER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def _numbers(version: str) -> tuple[int, int, int]:
    major, minor, patch = re.findall(r"\d+", version)[:3]
    return int(major), int(minor), int(patch)
