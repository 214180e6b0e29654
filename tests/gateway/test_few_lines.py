import logging

import pytest

from edatool.gateway.few_lines import FewLines


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
