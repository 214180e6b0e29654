"""What is measured in a registry of prometheus_client."""

import sys

import pytest
from prometheus_client import REGISTRY, CollectorRegistry

from edatool.errors import WrongUsage
from edatool.runtime.metrics.measured import Subject, Unmeasured, measured, registry_for
from tests.runtime.metrics.read import samples

OURS = Subject("desk", "letters", ("sent", "lost"), "Seconds that letters took.", ("town",))


def test_outcomes_are_there_with_zero_before_anything_happened() -> None:
    registry = CollectorRegistry()
    measured(registry, OURS, "Ulm")
    assert samples(registry)["edatool_desk_letters_total{outcome=lost,town=Ulm}"] == 0


def test_all_that_is_measured_is_in_the_registry() -> None:
    registry = CollectorRegistry()
    one = measured(registry, OURS, "Ulm")
    one.count("sent")
    one.took(0.002)
    one.holds(3, 40)
    one.holds(2, 40)
    found = samples(registry)
    assert found["edatool_desk_letters_total{outcome=sent,town=Ulm}"] == 1
    assert found["edatool_desk_handling_seconds_bucket{le=0.001,town=Ulm}"] == 0
    assert found["edatool_desk_handling_seconds_bucket{le=0.0025,town=Ulm}"] == 1
    assert found["edatool_desk_handling_seconds_sum{town=Ulm}"] == 0.002
    assert found["edatool_desk_in_flight{town=Ulm}"] == 2
    assert found["edatool_desk_prefetch{town=Ulm}"] == 40


def test_several_share_a_registry_and_what_they_hold_adds_up_until_they_end() -> None:
    registry = CollectorRegistry()
    one, same, other = (measured(registry, OURS, town) for town in ("Ulm", "Ulm", "Bonn"))
    for each in (one, same, other):
        each.holds(2, 10)
    one.holds(0, 0)
    found = samples(registry)
    assert [found[f"edatool_desk_in_flight{{town={town}}}"] for town in ("Ulm", "Bonn")] == [2, 2]


def test_the_registry_is_the_one_given_else_that_of_the_library_where_metrics_are_wanted() -> None:
    own = CollectorRegistry()
    assert registry_for("9090") is REGISTRY
    assert registry_for("9090", own) is own
    assert registry_for(None, own) is own
    assert isinstance(measured(registry_for(None), OURS, "Ulm"), Unmeasured)


def test_metrics_without_the_library_name_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(WrongUsage, match=r"install edatool-rabbitmq\[metrics\]"):
        registry_for("9090")
