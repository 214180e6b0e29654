import logging
import socket
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from edatool.gateway.few_lines import FewLines
from tests.broker_fixtures import Vhost
from tests.gateway.serving import serving, written
from tests.gateway.test_webhooks import SOURCES, body, post, signed


def test_of_many_lines_of_a_kind_one_in_a_while_is_written_and_tells_of_the_others(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, now = logging.Logger("test"), [100.0]
    log.addHandler(caplog.handler)
    log.addFilter(FewLines(every=10))
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    for number in range(4):
        log.warning("refused: %s", number)
    log.warning("other")
    for _ in range(2):
        log.error("a bug")
    now[0] += 10
    for number in range(4, 6):
        log.warning("refused: %s", number)
    told = ["refused: 0", "other", "a bug", "a bug", "refused: 4 (and 3 more like it)"]
    assert caplog.messages == told


def test_requests_that_are_refused_are_counted_and_fill_no_log(
    shop: Vhost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("NEW_SECRET", "new")
    monkeypatch.setenv("OLD_SECRET", "old")
    registry = CollectorRegistry()
    with serving(written(tmp_path, SOURCES), shop.url, registry=registry) as url:
        host, port = url.removeprefix("http://").split(":")
        for _ in range(5):
            assert post(url, body("refused"), signed(b"another")).status_code == 401
            with socket.create_connection((host, int(port))) as raw:
                raw.sendall(b"no HTTP\r\n\r\n")
                assert b" 400 " in raw.recv(100)
    assert registry.get_sample_value("edatool_gateway_events_total", {"outcome": "refused"}) == 5
    assert [one.name for one in caplog.records] == ["edatool.gateway", "uvicorn.error"]
