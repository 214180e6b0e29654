"""Metrics and health over HTTP."""

import sys

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from edatool.errors import WrongUsage
from edatool.runtime.metrics.measured import Subject, measured
from edatool.runtime.metrics.served import exposed, served
from tests.runtime.metrics.read import asked, of_text

OURS = Subject("desk", "letters", ("sent",), "Seconds that letters took.")


def test_metrics_are_served_beside_health() -> None:
    registry = CollectorRegistry()
    measured(registry, OURS).count("sent")
    with exposed("0", lambda: False, registry) as port:
        found = asked(port, "metrics")
        assert found.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert of_text(found.text)["edatool_desk_letters_total{outcome=sent}"] == 1
        assert asked(port, "healthz").text == "ok\n"
        assert asked(port, "readyz").status_code == 503
        assert asked(port, "").status_code == 404


def test_prometheus_gets_openmetrics_where_it_asks_for_that() -> None:
    registry = CollectorRegistry()
    measured(registry, OURS).count("sent")
    with exposed("0", lambda: True, registry) as port:
        found = asked(port, "metrics", Accept="application/openmetrics-text; version=1.0.0")
    names = [one.name for one in text_string_to_metric_families(found.text)]  # type: ignore[no-untyped-call]
    assert "edatool_desk_letters" in names


def test_health_is_served_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with exposed("0", lambda: True) as port:
        assert asked(port, "readyz").status_code == 200
        assert asked(port, "metrics").status_code == 404


@pytest.mark.parametrize("where", ["x", "127.0.0.1:99999", "host.invalid:1"])
def test_a_place_where_nothing_can_be_served_is_refused(where: str) -> None:
    with pytest.raises(WrongUsage, match="for metrics or health"), served(None, where, None, bool):
        pass
