"""What becomes of events whose endpoint fails again and again."""

import time

import pytest
from prometheus_client import CollectorRegistry

from edatool.runtime.deliveries.circuit import Circuit
from edatool.spec.deliveries import SpecCircuit
from tests.runtime.dead_letters.cemetery import await_true
from tests.runtime.deliveries.endpoint import Answer, Endpoint
from tests.runtime.deliveries.partner_shop import Shop
from tests.runtime.metrics.read import asked, free_port


@pytest.mark.parametrize("delivery", ["patient", "patient-paced"])
def test_a_host_that_fails_is_left_alone_and_its_events_stay_in_the_queue(
    shop: Shop, partner: Endpoint, delivery: str
) -> None:
    partner.answers = [Answer(500)] * 20
    registry, port, orders = CollectorRegistry(), free_port(), [f"A-{number}" for number in range(9)]
    shop.publish(*orders)
    with shop.delivering(delivery, registry, str(port)) as (_, notes):
        told = notes.wait_for("left alone")
        assert told.startswith(
            f"the endpoint of {delivery} is left alone, and its events stay in their queue: it failed 3 times in a row"
        )
        assert registry.get_sample_value("edatool_delivery_circuit_open", {"delivery": delivery}) == 1
        assert asked(port, "readyz").status_code == 503
        await_true(lambda: shop.ready("partner") == len(orders) - 1)  # one is in hand, to ask with
    assert len(partner.got) <= 4  # one more may have been under way
    assert not shop.reasons()
    await_true(lambda: shop.waiting() == orders)


def test_a_host_that_was_left_alone_gets_all_once_it_answers_one(shop: Shop, partner: Endpoint) -> None:
    partner.answers = [Answer(503)] * 7
    orders = [f"A-{number}" for number in range(9)]
    shop.publish(*orders)
    registry = CollectorRegistry()
    with shop.delivering("by-two", registry) as (consumer, notes):
        await_true(lambda: consumer.counts.done == 9)
        assert registry.get_sample_value("edatool_delivery_circuit_open", {"delivery": "by-two"}) == 0
    assert sorted(partner.taken) == orders
    assert notes.counts("left alone") == notes.counts("by-two answers") == 1


def test_a_host_that_asks_for_a_longer_pause_has_the_longest() -> None:
    told, end = list[bool](), time.monotonic() + 20
    one = Circuit("a host", SpecCircuit(failures=2, pause=10, longest_pause=20), told.append, lambda _: None)
    one.failed("busy", 3600)
    assert not told
    one.failed("busy", 3600)
    assert told == [True]
    one.wait(lambda: time.monotonic() > end)  # which raises NotProcessed where that comes first
