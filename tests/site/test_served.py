import socket
from collections.abc import Iterator

import httpx
import pytest

from edatool.errors import WrongUsage
from edatool.site.served import SiteServer, serving


@pytest.fixture
def server() -> Iterator[SiteServer]:
    with serving(0) as server:
        server.show({"index.html": "first", "queues/a b.html": "<p>", "assets/site.css": "p {}"})
        yield server


def test_files_are_served_with_their_types_and_nothing_is_kept(server: SiteServer) -> None:
    first = httpx.get(server.url)
    assert (first.status_code, first.text) == (200, "first")
    assert first.headers["content-type"] == "text/html; charset=utf-8"
    assert first.headers["cache-control"] == "no-store"
    assert httpx.get(f"{server.url}queues/a%20b.html").text == "<p>"
    assert httpx.get(f"{server.url}assets/site.css").headers["content-type"] == "text/css; charset=utf-8"
    assert httpx.get(f"{server.url}../../etc/passwd").status_code == 404


def test_pages_learn_that_there_are_newer_ones(server: SiteServer) -> None:
    before = httpx.get(f"{server.url}live").text
    assert httpx.get(f"{server.url}live").text == before
    server.show({"index.html": "second"})
    assert httpx.get(f"{server.url}live").text != before
    assert httpx.get(server.url).text == "second"


def test_a_name_that_leads_here_from_elsewhere_is_not_answered(server: SiteServer) -> None:
    rebound = httpx.get(server.url, headers={"Host": f"elsewhere.example:{server.server_port}"})
    assert (rebound.status_code, "first" in rebound.text) == (421, False)


def test_nobody_else_reaches_it_and_a_taken_port_is_said(server: SiteServer) -> None:
    assert server.socket.getsockname()[0] == "127.0.0.1"
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(WrongUsage, match="name another with --port"), serving(other.getsockname()[1]):
            pass
