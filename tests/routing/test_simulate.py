import pytest

from edatool.routing.message import Message, Refusal
from edatool.routing.router import router
from edatool.routing.simulate import route, simulate
from edatool.routing.topology import Binding, Exchange, Policy, Queue, Topology, topology
from edatool.routing.trace import Trace


def alternate(name: str) -> dict[str, object]:
    return {"alternate-exchange": name}


def queues(*names: str) -> list[Queue]:
    return [Queue(name) for name in names]


def reached(topology: Topology, *message: object) -> tuple[str, ...]:
    return simulate(topology, Message(*message)).queues  # type: ignore[arg-type]


def test_the_default_exchange_routes_to_the_queue_named_by_the_key() -> None:
    assert reached(topology(queues=queues("q", "r")), "", "q") == ("q",)


def test_a_queue_gets_one_copy_however_often_it_is_bound() -> None:
    bindings = [Binding("amq.topic", "q", key="a"), Binding("amq.topic", "q", key="#")]
    trace = simulate(topology(queues=queues("q"), bindings=bindings), Message("amq.topic", "a"))
    assert trace.queues == ("q",)
    assert trace.hops[0].matched == tuple(bindings)


def test_every_key_of_cc_and_bcc_routes() -> None:
    two = topology(queues=queues("a", "b", "c", "d"))
    assert reached(two, "", "a", {"CC": ["b", 1, "missing"], "BCC": ["c"]}) == ("a", "b", "c")


def test_headers_exchanges_see_cc_and_not_bcc() -> None:
    bindings = [Binding("amq.match", "q", arguments={"CC": None}), Binding("amq.match", "r", arguments={"BCC": None})]
    two = topology(queues=queues("q", "r"), bindings=bindings)
    assert reached(two, "amq.match", "", {"CC": [], "BCC": []}) == ("q",)


def test_exchanges_in_a_circle_are_visited_once() -> None:
    circle = topology(
        [Exchange("a", "fanout"), Exchange("b", "fanout")],
        queues("q"),
        [Binding("a", "b", to_exchange=True), Binding("b", "a", to_exchange=True), Binding("b", "q")],
    )
    trace = simulate(circle, Message("a"))
    assert trace.queues == ("q",)
    assert [hop.exchange for hop in trace.hops] == ["a", "b"]


def test_the_alternate_is_taken_where_nothing_matched_and_may_have_its_own() -> None:
    chain = topology(
        [
            Exchange("a", "topic", arguments=alternate("b")),
            Exchange("b", "direct", internal=True, arguments=alternate("c")),
            Exchange("c", "fanout"),
        ],
        queues("q", "r"),
        [Binding("a", "r", key="x"), Binding("c", "q")],
    )
    trace = simulate(chain, Message("a", "y"))
    assert trace.queues == ("q",)
    assert [hop.alternate for hop in trace.hops] == ["b", "c", None]
    assert reached(chain, "a", "x") == ("r",)


def test_a_match_that_leads_nowhere_counts_as_routed() -> None:
    blind = topology(
        [Exchange("a", "fanout", arguments=alternate("c")), Exchange("b", "fanout"), Exchange("c", "fanout")],
        queues("q"),
        [Binding("a", "b", to_exchange=True), Binding("c", "q")],
    )
    assert simulate(blind, Message("a")).unroutable


@pytest.mark.parametrize("name", ["missing", ""])
def test_an_alternate_that_is_missing_or_the_default_exchange_leads_nowhere(name: str) -> None:
    dead_end = topology([Exchange("a", "fanout", arguments=alternate(name))], queues("q"))
    assert simulate(dead_end, Message("a", "q")).unroutable


def test_a_policy_gives_an_alternate_to_exchanges_without_one_of_their_own() -> None:
    both = topology(
        [Exchange("a.x", "fanout"), Exchange("b.x", "fanout", arguments=alternate("amq.direct"))],
        queues("q", "r"),
        [Binding("amq.fanout", "q"), Binding("amq.direct", "r")],
        [
            Policy("weak", ".", "all", 1, alternate("missing")),
            Policy("strong", r"\.x$", "exchanges", 2, alternate("amq.fanout")),
            Policy("of queues", ".", "queues", 3, alternate("missing")),
        ],
    )
    assert reached(both, "a.x") == ("q",)
    assert reached(both, "b.x") == ("r",)


@pytest.mark.parametrize(
    ("message", "refusal"),
    [
        (Message("missing"), Refusal(404, "there is no exchange 'missing'")),
        (Message("inside"), Refusal(403, "exchange 'inside' is internal")),
        (Message("", "q", {"CC": "q"}), Refusal(406, "header CC is not a list of keys")),
        (Message("", "q", {"BCC": None}), Refusal(406, "header BCC is not a list of keys")),
    ],
)
def test_the_broker_refuses_some_messages(message: Message, refusal: Refusal) -> None:
    trace = simulate(topology([Exchange("inside", "fanout", internal=True)], queues("q")), message)
    assert trace == Trace(None, refused=refusal)
    assert not trace.unroutable


def test_explains_each_binding_that_did_not_match() -> None:
    bindings = [Binding("amq.topic", "q", key="order.us"), Binding("amq.topic", "q", key="#")]
    one = topology(queues=queues("q"), bindings=bindings)
    hop = simulate(one, Message("amq.topic", "order.eu")).hops[0]
    assert [(missed.binding.key, missed.why) for missed in hop.missed] == [("order.us", "word 2 is 'eu', not 'us'")]
    assert not route(router(one), Message("amq.topic", "order.eu")).hops[0].missed


def test_explains_with_all_keys() -> None:
    one = topology(queues=queues("q"), bindings=[Binding("amq.direct", "q", key="a")])
    hop = simulate(one, Message("amq.direct", "b", {"CC": ["c"]})).hops[0]
    assert hop.missed[0].why == "the key is 'b' or 'c', not 'a'"


def test_chance_decides_between_the_bindings_of_a_consistent_hash_exchange() -> None:
    bindings = [Binding("h", "q", key="1"), Binding("h", "b", to_exchange=True, key="3"), Binding("b", "r")]
    chance = topology([Exchange("h", "x-consistent-hash"), Exchange("b", "fanout")], queues("q", "r"), bindings)
    trace = simulate(chance, Message("h"))
    assert (trace.queues, trace.maybe, trace.unroutable) == ((), ("q", "r"), False)
    assert [choice.weight for choice in trace.hops[0].choices] == [1, 3]


def test_one_destination_leaves_nothing_to_chance() -> None:
    one = topology([Exchange("h", "x-random")], queues("q"), [Binding("h", "q"), Binding("h", "q", key="k")])
    trace = simulate(one, Message("h"))
    assert (trace.queues, trace.maybe) == (("q",), ())


def test_a_queue_reached_for_certain_is_not_left_to_chance() -> None:
    bindings = [Binding("h", "q"), Binding("h", "r"), Binding("f", "h", to_exchange=True), Binding("f", "q")]
    both = topology([Exchange("h", "x-random"), Exchange("f", "fanout")], queues("q", "r"), bindings)
    trace = simulate(both, Message("f"))
    assert (trace.queues, trace.maybe) == (("q",), ("r",))


def test_what_cannot_be_simulated_is_said() -> None:
    exchange = Exchange("x", "x-jms-topic", arguments=alternate("amq.fanout"))
    strange = topology([exchange], queues("q", "r"), [Binding("x", "q"), Binding("amq.fanout", "r")])
    trace = simulate(strange, Message("x"))
    assert (trace.queues, trace.maybe) == ((), ("q", "r"))
    assert trace.doubts == ("exchanges of type x-jms-topic cannot be simulated",)


def test_a_policy_that_cannot_be_read_is_said() -> None:
    odd = topology(queues=queues("q"), policies=[Policy("odd", "(?<", definition=alternate("amq.fanout"))])
    assert simulate(odd, Message("", "q")).doubts == ("the pattern of policy 'odd' cannot be read here",)
