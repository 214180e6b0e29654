from edatool.change.consequences.consequences import Consequences
from edatool.change.consequences.dead_letters import Burial, burials
from edatool.render.plan.text import event_lines
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


def text(*found: Burial) -> list[str]:
    return list(event_lines(Consequences(tried=2, burials=found), lambda line, _: line))


DEAD = {"x-dead-letter-exchange": "dead"}


def test_dead_letters_that_get_another_key_reach_other_queues() -> None:
    (one,) = found(shop(DEAD), shop({**DEAD, "x-dead-letter-routing-key": "late"}))
    assert one == Burial("placed", "orders", ("dead",), ("dead", "late"))
    assert text(one) == ["Events:", "  ~ placed rejected by orders: + late"]


def test_dead_letters_that_lose_their_exchange_are_lost() -> None:
    (one,) = found(shop(DEAD), shop({}))
    assert (one.before, one.after) == (("dead",), ())
    assert text(one)[1] == (
        "  ! placed rejected by orders: is lost from now on (queue 'orders' has no dead-letter exchange), - dead"
    )


def test_a_policy_that_dead_letters_counts() -> None:
    (one,) = found(shop({}), shop({}, Policy("p", "^orders$", "queues", 0, {"dead-letter-exchange": "dead"})))
    assert (one.before, one.after, one.lost) == ((), ("dead",), None)


def test_what_stays_as_it_is_is_not_told() -> None:
    assert found(shop(DEAD), shop(DEAD)) == ()
    assert found(shop({}), shop({})) == ()
