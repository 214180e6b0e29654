"""Deliveries that post only some of the events of their queue; those end in an exclamation mark."""

from prometheus_client import CollectorRegistry

from tests.runtime.dead_letters.cemetery import await_true
from tests.runtime.deliveries.endpoint import Answer, Endpoint
from tests.runtime.deliveries.partner_shop import Shop


def test_what_does_not_match_is_taken_and_not_posted_and_counted_by_itself(shop: Shop, partner: Endpoint) -> None:
    registry = CollectorRegistry()
    shop.publish("A-1", "A-2!", "A-3")
    with shop.delivering("big", registry) as (consumer, _):
        await_true(lambda: consumer.counts.done + consumer.counts.filtered == 3)
    labels = {"queue": "partner", "outcome": "filtered"}
    assert registry.get_sample_value("edatool_consumer_events_total", labels) == 2
    assert partner.taken == ["A-2!"]
    assert not shop.waiting()
    assert not shop.reasons()


def test_a_limit_of_requests_does_not_count_what_is_not_posted(shop: Shop, partner: Endpoint) -> None:
    shop.publish("A-1", "A-2", "A-3!")
    assert shop.deliver("big", 1) == {"done": 1, "filtered": 2}
    assert partner.taken == ["A-3!"]


def test_the_others_keep_their_order_past_what_is_left_out(shop: Shop, partner: Endpoint) -> None:
    partner.answers = [Answer(500), Answer(500)]
    orders = [f"{customer}-{number}{end}" for number, end in enumerate(["!", "", "!", "", "!"]) for customer in "AB"]
    shop.publish(*orders, event="moved")
    assert shop.deliver_all("big-in-order", 6) == {"done": 6, "filtered": 4, "retried": 2}
    for customer in "AB":
        assert [one for one in partner.taken if one[0] == customer] == [f"{customer}-{number}!" for number in (0, 2, 4)]


def test_what_is_left_out_does_not_wait_for_an_endpoint_that_is_left_alone(shop: Shop, partner: Endpoint) -> None:
    partner.answers = [Answer(503)] * 6
    shop.publish("A-0!", *(f"A-{number}" for number in range(1, 20)), "A-20!")
    with shop.delivering("big") as (consumer, notes):
        await_true(lambda: (consumer.counts.done, consumer.counts.filtered) == (2, 19))
    assert sorted(partner.taken) == ["A-0!", "A-20!"]
    assert notes.counts("left alone") == 1
