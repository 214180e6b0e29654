"""What is drawn of a spec, and which part of it."""

from pathlib import Path

import pytest

import edatool
from edatool.routing.graph.graph import Edge, Graph, NodeId
from edatool.routing.graph.loaded import Load
from edatool.routing.graph.loaded import loaded as with_loads

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def shop() -> edatool.Routes:
    return edatool.load(str(ROOT / "routes.yaml"))


def loaded(tmp_path: Path, text: str, name: str = "routes.yaml") -> edatool.Routes:
    file = tmp_path / name
    file.write_text(f"edatool: 1\nname: shop\n{text}")
    return edatool.load(str(file))


def names(graph: Graph, kind: str, *, lit: bool = False) -> set[str]:
    return {key.name for key, one in graph.nodes.items() if key.kind == kind and not (lit and one.pale)}


def lines(graph: Graph) -> set[tuple[str, str, str, str | None]]:
    return {(one.source.name, one.kind, one.target.name, one.key) for one in graph.edges}


ONE = """
exchanges: {events: {type: topic, alternate: rest}, rest: {type: fanout}}
events: {order.placed: {exchange: events, producer: storefront}, order.lost: {exchange: events}}
"""


def test_who_sends_what_and_who_reads_it_is_drawn(tmp_path: Path) -> None:
    text = """
queues: {orders: {type: quorum, dead_letter: {exchange: "", key: given-up}, retry: [5s, 1m]}, given-up: {}, rest: {}}
bindings:
- {queue: orders, events: [order.placed]}
- {queue: rest, exchange: rest}
consumers: {desk: {queue: orders}}
"""
    found = edatool.graph(loaded(tmp_path, ONE + text))
    assert lines(found) == {
        ("storefront", "sends", "order.placed", None),
        ("order.placed", "sends", "events", None),
        ("order.lost", "sends", "events", None),
        ("events", "binding", "orders", "order.placed"),
        ("events", "alternate", "rest", None),
        ("rest", "binding", "rest", None),
        ("orders", "dead_letter", "given-up", None),
        ("orders", "retry", "orders", None),
        ("orders", "reads", "desk", None),
    }
    assert found.nodes[NodeId("retry", "orders")].details == ("after 5s, 1m",)


def test_only_that_is_dead_to_which_nothing_but_dead_letters_comes(shop: edatool.Routes) -> None:
    dead = {key.name for key, one in edatool.graph(shop).nodes.items() if one.dead}
    assert dead == {"dead", "dead-letters"}


def test_dead_letters_that_a_policy_sends_are_drawn_too(tmp_path: Path) -> None:
    text = """
queues: {orders: {}, given-up: {}}
bindings: [{queue: orders, events: [order.placed]}]
policies:
  all:
    pattern: ord
    apply_to: queues
    definition: {dead-letter-exchange: "", dead-letter-routing-key: given-up}
"""
    found = lines(edatool.graph(loaded(tmp_path, ONE + text)))
    assert ("orders", "dead_letter", "given-up", None) in found


def test_a_filter_stands_on_the_line_and_what_carries_it_out_is_left_out(shop: edatool.Routes) -> None:
    found = edatool.graph(shop)
    filtered = {(one.source.name, one.target.name, one.filter) for one in found.edges if one.filter}
    assert filtered == {("events", "key-accounts", "big-order")}
    assert not [key for key in found.nodes if key.name.startswith("edatool.")]


def test_the_way_of_an_event_is_all_that_it_can_reach_and_nothing_else(shop: edatool.Routes) -> None:
    found = edatool.graph(shop, event="order.placed")
    reached = {"notifications", "analytics", "large-order-function", "key-accounts", "dead-letters"}
    assert names(found, "queue", lit=True) == reached
    assert names(found, "queue") == set(shop.spec.queues)
    assert names(found, "event", lit=True) == {"order.placed"}
    assert names(found, "producer", lit=True) == {"storefront"}


def test_an_event_that_no_binding_surely_takes_goes_by_the_alternate_exchange(shop: edatool.Routes) -> None:
    assert "unrouted" in names(edatool.graph(shop, event="catalogue.updated"), "queue", lit=True)
    assert "unrouted" not in names(edatool.graph(shop, event="payment.settled"), "queue", lit=True)


def test_the_filter_of_a_delivery_stands_on_the_line_to_it(tmp_path: Path) -> None:
    text = """
queues: {orders: {}}
deliveries: {acme: {queue: orders, to: "https://acme.example", filter: {data.vip: [true]}}}
"""
    (line,) = edatool.graph(loaded(tmp_path, text)).edges
    assert (line.source.name, line.target.name, line.filter) == ("orders", "acme", '{"data.vip": [true]}')


def test_an_event_that_only_a_filter_takes_may_go_by_the_alternate_exchange(tmp_path: Path) -> None:
    text = """
queues: {big: {}, rest: {}}
bindings:
- {queue: big, events: [order.placed], filter: {data.total: [{numeric: [">", 100]}]}}
- {queue: rest, exchange: rest}
"""
    assert names(edatool.graph(loaded(tmp_path, ONE + text), event="order.placed"), "queue") == {"big", "rest"}


def test_what_an_event_cannot_reach_is_left_out_where_there_is_no_room(shop: edatool.Routes) -> None:
    found = edatool.graph(shop, event="freezer.measured", most=20)
    assert names(found, "event") == {"freezer.measured"}
    assert "cannot reach" in found.notes[0]


def test_to_a_queue_comes_what_can_reach_it_and_no_other_event(shop: edatool.Routes) -> None:
    found = edatool.graph(shop, queue="key-accounts")
    assert names(found, "event") == {"order.placed"}
    assert names(found, "queue") == {"key-accounts"}
    everything = edatool.graph(shop, queue="dead-letters")
    assert names(everything, "event") == set(shop.spec.events) - {"catalogue.updated"}


def test_what_becomes_of_messages_of_a_queue_belongs_to_it(shop: edatool.Routes) -> None:
    found = edatool.graph(shop, queue="order-processing")
    assert {one.kind for one in found.edges if one.source == NodeId("queue", "order-processing")} == {
        "dead_letter",
        "retry",
        "reads",
    }


def test_of_a_team_its_own_and_what_comes_to_it_is_drawn(shop: edatool.Routes) -> None:
    found = edatool.graph(shop, owner="fraud-team")
    assert names(found, "queue") == {"large-order-function"}
    assert names(found, "event") == {"order.placed"}
    assert names(found, "consumer") == {"large-order-check"}


def test_deliveries_and_producers_by_http_are_of_their_team(tmp_path: Path) -> None:
    spec = (
        f"{ONE}producers: {{partner: {{events: [order.placed], certificate: CN=partner, owner: sales}}}}\n"
        "queues: {orders: {}}\nbindings: [{queue: orders, events: [order.placed]}]\n"
        "deliveries: {club: {queue: orders, to: 'https://club.example', owner: sales}}\n"
    )
    found = edatool.graph(loaded(tmp_path, spec), owner="sales")
    assert (names(found, "delivery"), names(found, "producer")) == ({"club"}, {"partner"})


@pytest.mark.parametrize("part", ["event", "queue", "owner"])
def test_a_name_that_is_not_there_is_refused(shop: edatool.Routes, part: str) -> None:
    with pytest.raises(edatool.WrongUsage, match=r"no (event|queue|owner) 'nobody'"):
        edatool.graph(shop, **{part: "nobody"})  # type: ignore[arg-type]


def test_two_parts_at_once_are_refused(shop: edatool.Routes) -> None:
    with pytest.raises(edatool.WrongUsage, match="one part is drawn at a time"):
        edatool.graph(shop, event="order.placed", queue="analytics")


def test_what_a_change_adds_removes_and_changes_is_marked(tmp_path: Path) -> None:
    loaded(
        tmp_path, f"{ONE}queues: {{a: {{}}, b: {{}}}}\nbindings: [{{queue: a, events: [order.placed, order.lost]}}]\n"
    )
    new = f"{ONE}queues: {{a: {{max_length: 5}}, c: {{}}}}\nbindings: [{{queue: a, events: [order.placed]}}, "
    now = loaded(tmp_path, f"{new}{{queue: c, events: [order.lost]}}]\n", "now.yaml")
    found = edatool.graph(now, before=edatool.load_before(str(tmp_path / "routes.yaml")))
    assert {key.name: one.mark for key, one in found.nodes.items() if one.mark} == {
        "a": "changed",
        "b": "removed",
        "c": "added",
    }
    assert {(one.target.name, one.key, one.mark) for one in found.edges if one.mark} == {
        ("a", "order.lost", "removed"),
        ("c", "order.lost", "added"),
    }


def many(queues: int) -> str:
    declared = "\n".join(f"  team{one % 4}.queue{one}: {{owner: team{one % 4}}}" for one in range(queues))
    bound = "\n".join(f"- {{queue: team{one % 4}.queue{one}, events: [order.placed]}}" for one in range(queues))
    return f"{ONE}queues:\n{declared}\nbindings:\n{bound}\n"


def test_too_much_is_folded_by_owner_and_what_was_folded_is_said(tmp_path: Path) -> None:
    found = edatool.graph(loaded(tmp_path, many(40)), most=10)
    assert names(found, "group") == {f"10 queues of team{one}" for one in range(4)}
    assert found.notes == ("40 of 45 boxes are folded into 4, by owner or first word; --most 45 draws each.",)
    assert [one for one in found.edges if one.target.name == "10 queues of team1"] == [
        Edge(NodeId("exchange", "events"), NodeId("group", "10 queues of team1"), "binding", "order.placed")
    ]


def test_however_few_boxes_there_are_to_be_all_of_a_kind_become_one_at_most(tmp_path: Path) -> None:
    found = edatool.graph(loaded(tmp_path, many(40)), most=1)
    assert names(found, "group") == {"40 queues", "2 events order.*", "2 exchanges"}


def test_what_a_change_marks_is_never_folded(tmp_path: Path) -> None:
    loaded(tmp_path, many(40))
    now = loaded(tmp_path, many(41), "now.yaml")
    found = edatool.graph(now, before=edatool.load_before(str(tmp_path / "routes.yaml")), most=5)
    assert names(found, "queue") == {"team0.queue40"}


def test_what_goes_through_a_queue_stands_on_its_lines_and_what_it_holds_in_it(tmp_path: Path) -> None:
    text = """
queues: {orders: {retry: [5s]}, both: {}, gone: {}}
bindings:
- {queue: orders, events: [order.placed]}
- {queue: both, events: [order.placed]}
- {queue: both, exchange: rest}
consumers: {desk: {queue: orders}, table: {queue: both}}
"""
    routes = loaded(tmp_path, ONE + text)
    loads = {
        "orders": Load(1234, 1, 12.34, 0.5),
        "orders.retry.5s": Load(3),
        "both": Load(7, 0, 2.0, None),
    }
    found = with_loads(edatool.graph(routes), routes.spec, loads)
    assert {key: found.nodes[NodeId("queue", key)].details[-1] for key in ("orders", "both", "gone")} == {
        "orders": "1,234 held",
        "both": "7 held, 2/s in, no reader",
        "gone": "not on the broker",
    }
    assert found.nodes[NodeId("retry", "orders")].details[-1] == "3 waiting"
    rates = {(one.source.name, one.target.name): one.rate for one in found.edges if one.rate}
    assert rates == {("events", "orders"): "12/s", ("orders", "desk"): "0.5/s"}
