"""Deliveries to an endpoint that does whatever endpoints do, and is started anew meanwhile."""

import random
from functools import partial

import pytest

from tests.runtime.dead_letters.cemetery import await_true
from tests.runtime.deliveries.endpoint import DRIP, GIANT, HANG, RESET, Answer, Endpoint, endpoint
from tests.runtime.deliveries.partner_shop import Shop

pytestmark = pytest.mark.slow

BAD = (RESET, GIANT, Answer(500), Answer(503, {"Retry-After": "0"}), Answer(429), Answer(307, {"Location": "/"}))
SLOW = (HANG, DRIP)


def answers(chance: random.Random) -> list[Answer]:
    good = [Answer()] * 14
    return [chance.choice([*good, *BAD, chance.choice(SLOW)]) for _ in range(1000)]


@pytest.mark.parametrize(("delivery", "kind"), [("lined", "moved"), ("by-ten", "placed")])
def test_all_arrive_or_are_dead_letters_that_say_why(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, delivery: str, kind: str
) -> None:
    chance, started = random.Random(7), list[Endpoint]()
    orders = [f"{customer}-{number:02}" for number in range(30) for customer in "ABCDE"]
    with endpoint() as one:
        monkeypatch.setenv("PARTNER_URL", one.url())
    shop.publish(*orders, event=kind)
    with shop.delivering(delivery) as (consumer, notes):

        def are_through(part: int) -> bool:
            return consumer.counts.done + consumer.counts.dead >= part

        for part in (40, 90, 150):
            before = notes.counts("did not answer")
            await_true(lambda: notes.counts("did not answer") > before)  # noqa: B023 - called here only
            with endpoint(port=one.port) as again:
                started.append(again)
                again.answers = answers(chance)
                await_true(partial(are_through, part), 60)
    taken = [event for each in started for event in each.taken]
    dead = {one["properties"]["message_id"] for one in shop.messages("dead")}
    reasons = shop.reasons()
    assert {*taken, *dead} == {*orders}
    assert all(" answered 307" in reason or "it failed " in reason for reason in reasons)
    if kind == "moved":
        for customer in "ABCDE":
            arrived = list(dict.fromkeys(event for event in taken if event[0] == customer))
            assert arrived == sorted(arrived)
