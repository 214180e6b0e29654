"""The order of events that are delivered."""

import pytest

from tests.runtime.dead_letters.cemetery import await_true
from tests.runtime.deliveries.endpoint import DRIP, GIANT, HANG, RESET, Answer, Endpoint, endpoint
from tests.runtime.deliveries.partner_shop import Shop


def test_all_arrive_in_the_order_of_their_key_whatever_the_endpoint_does(shop: Shop, partner: Endpoint) -> None:
    partner.answers = [RESET, Answer(), HANG, GIANT, Answer(500), DRIP, Answer(), Answer(429, {"Retry-After": "0"})]
    orders = [f"{customer}-{number}" for number in range(4) for customer in "ABC"]
    shop.publish(*orders, event="moved")
    assert shop.deliver_all("lined", 12) == {"done": 12, "retried": 6}
    arrived = partner.taken
    for customer in "ABC":
        assert [one for one in arrived if one[0] == customer] == [f"{customer}-{number}" for number in range(4)]


def test_what_the_endpoint_refuses_in_order_lets_the_next_of_its_key_pass(shop: Shop, partner: Endpoint) -> None:
    partner.answers = [Answer(400)]
    shop.publish("A-1", "A-2", event="moved")
    assert shop.deliver("lined", 2) == {"done": 1, "dead": 1}
    assert partner.taken == ["A-2"]


def test_events_wait_in_order_while_the_endpoint_is_started_anew(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    with endpoint() as partner:
        monkeypatch.setenv("PARTNER_URL", partner.url())
        shop.publish("A-1", event="moved")
        assert shop.deliver("lined", 1) == {"done": 1}
    shop.publish("A-2", "A-3", event="moved")
    with shop.delivering("lined") as (consumer, notes):
        notes.wait_for("is tried again")
        with endpoint(port=partner.port) as again:
            await_true(lambda: consumer.counts.done == 2)
    assert again.taken == ["A-2", "A-3"]
    assert not shop.reasons()
