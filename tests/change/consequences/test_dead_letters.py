from edatool.change.consequences.dead_letters import Burial, burials
from edatool.render.plan.events import burials as told
from edatool.routing.message import Message
from edatool.routing.router import router
from edatool.routing.simulate import route
from edatool.routing.topology import Binding, Exchange, Policy, Queue, Topology, topology


def shop(arguments: dict[str, str], policy: Policy | None = None) -> Topology:
    return topology(
        [Exchange("events", "topic"), Exchange("dead", "topic")],
        [Queue("orders", arguments=arguments), Queue("late"), Queue("dead")],
        [Binding("events", "orders", key="#"), Binding("dead", "dead", key="#"), Binding("dead", "late", key="late")],
        [policy] if policy else [],
    )


def found(before: Topology, after: Topology) -> tuple[Burial, ...]:
    old, new = router(before), router(after)
    messages = [Message("events", key) for key in ("x", "y")]
    return burials([("placed", route(old, one), route(new, one)) for one in messages], old, new)


DEAD = {"x-dead-letter-exchange": "dead"}


def test_dead_letters_that_get_another_key_reach_other_queues() -> None:
    (one,) = found(shop(DEAD), shop({**DEAD, "x-dead-letter-routing-key": "late"}))
    assert one == Burial("placed", "orders", ("dead",), ("dead", "late"))
    assert list(told([one])) == [("~", "what orders rejects of placed: + late")]


def test_dead_letters_that_lose_their_exchange_are_lost() -> None:
    (one,) = found(shop(DEAD), shop({}))
    assert (one.before, one.after) == (("dead",), ())
    lost = "what orders rejects of placed is lost from now on (queue 'orders' has no dead-letter exchange), losing dead"
    assert list(told([one])) == [("!", lost)]


def test_dead_letters_of_many_events_that_end_alike_are_told_in_one_line() -> None:
    alike = [Burial(f"order.{number}", "orders", ("dead",), ("late",)) for number in range(7)]
    assert list(told(alike)) == [("~", "what orders rejects of order.* (7): + late, - dead")]


def test_a_policy_that_dead_letters_counts() -> None:
    (one,) = found(shop({}), shop({}, Policy("p", "^orders$", "queues", 0, {"dead-letter-exchange": "dead"})))
    assert (one.before, one.after, one.lost) == ((), ("dead",), None)


def test_what_stays_as_it_is_is_not_told() -> None:
    assert found(shop(DEAD), shop(DEAD)) == ()
    assert found(shop({}), shop({})) == ()
