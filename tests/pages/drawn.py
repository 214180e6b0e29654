"""The pictures of pages that ``edatool graph`` draws: ``make docs`` writes them to docs/pictures."""

from dataclasses import replace

import edatool
from edatool.routing.graph.graph import Edge, Graph, Mark, Node, NodeId, NodeKind
from tests.pages.reading import ROOT

FOLDER = ROOT / "docs" / "pictures"


def pictures() -> dict[str, str]:
    """Return all of them by the name of their file."""
    shop, failing = edatool.load(str(ROOT / "routes.yaml")), edatool.load(str(FOLDER / "failing.yaml"))
    found = {
        "shop": edatool.graph(shop),
        "order-placed": edatool.graph(shop, event="order.placed"),
        "failing": replace(edatool.graph(failing), name="What fails is tried again, or a dead letter"),
        "replacing-1": held(),
        "replacing-2": emptied(),
        "replacing-3": refilled(),
        "router": routed(),
    }
    return {f"{name}.svg": edatool.draw(graph) for name, graph in found.items()}


def box(kind: NodeKind, name: str, *details: str, mark: Mark | None = None) -> Node:
    return Node(NodeId(kind, name), details, mark=mark)


EVENTS = box("exchange", "events", "topic")
BETWEEN = box("exchange", "orders.between", "fanout")
OLD = box("queue", "orders", "classic, the old one")
NEW = box("queue", "orders", "quorum, the new one", mark="added")
HOLD = box("queue", "orders.hold", "what comes meanwhile", mark="added")
MOVED = box("queue", "orders.moved", "what was there before")
SERVICE = box("consumer", "order-service", "consumer")
APPLY = box("consumer", "edatool apply", "moves messages")
KEY = "order.placed"


def graph(name: str, boxes: list[Node], edges: list[Edge]) -> Graph:
    return Graph(name, {one.id: one for one in boxes}, tuple(edges))


def held() -> Graph:
    """Steps 1 and 2 of a replacement: all that is routed goes to a holding queue."""
    between = replace(BETWEEN, mark="added")
    edges = [
        Edge(EVENTS.id, between.id, "binding", KEY),
        Edge(between.id, OLD.id, "binding", mark="removed"),
        Edge(between.id, HOLD.id, "binding", mark="added"),
        Edge(OLD.id, SERVICE.id, "reads"),
    ]
    return graph("1 and 2: what comes is led to a holding queue", [EVENTS, between, OLD, HOLD, SERVICE], edges)


def emptied() -> Graph:
    """Steps 3 and 4: the old queue is emptied and deleted."""
    old, moved, hold = replace(OLD, mark="removed"), replace(MOVED, mark="added"), replace(HOLD, mark=None)
    edges = [
        Edge(EVENTS.id, BETWEEN.id, "binding", KEY),
        Edge(BETWEEN.id, hold.id, "binding"),
        Edge(old.id, APPLY.id, "reads"),
        Edge(APPLY.id, moved.id, "sends"),
    ]
    return graph("3 and 4: the old queue is emptied, and deleted", [EVENTS, BETWEEN, hold, old, APPLY, moved], edges)


def refilled() -> Graph:
    """Step 5: the new queue gets the messages, the old ones first, and then what is routed."""
    hold, between = replace(HOLD, mark="removed"), replace(BETWEEN, mark="removed")
    moved = replace(MOVED, mark="removed")
    edges = [
        Edge(EVENTS.id, NEW.id, "binding", KEY, mark="added"),
        Edge(EVENTS.id, between.id, "binding", KEY, mark="removed"),
        Edge(between.id, hold.id, "binding", mark="removed"),
        Edge(moved.id, APPLY.id, "reads"),
        Edge(hold.id, APPLY.id, "reads"),
        Edge(APPLY.id, NEW.id, "sends"),
        Edge(NEW.id, SERVICE.id, "reads"),
    ]
    return graph("5: the new queue gets all of it", [EVENTS, between, hold, moved, APPLY, NEW, SERVICE], edges)


def routed() -> Graph:
    """What carries out a filter: stamps of edatool's publishers, and the router for all others."""
    ours = box("producer", "edatool's publishers", "with mark and stamps")
    others = box("producer", "other publishers", "without")
    events, filters = EVENTS, box("exchange", "edatool.shop.filters", "topic")
    stamps, intake = box("exchange", "edatool.shop.stamps", "topic"), box("exchange", "edatool.shop.intake", "fanout")
    waiting = box("queue", "edatool.shop.intake", "to be evaluated")
    stuck, desk = (
        box("queue", "edatool.shop.intake.stuck", "for a queue that takes nothing now"),
        box("queue", "key-accounts"),
    )
    router = box("consumer", "edatool router", "evaluates filters, adds stamps")
    edges = [
        Edge(ours.id, events.id, "sends"),
        Edge(others.id, events.id, "sends"),
        Edge(events.id, filters.id, "binding", "order.#"),
        Edge(filters.id, stamps.id, "binding", "the current mark"),
        Edge(filters.id, intake.id, "alternate", "no current mark"),
        Edge(stamps.id, desk.id, "binding", "stamp of key-accounts"),
        Edge(stamps.id, stuck.id, "binding", "stamp of what is stuck"),
        Edge(intake.id, waiting.id, "binding"),
        Edge(waiting.id, router.id, "reads"),
        Edge(stuck.id, router.id, "reads"),
        Edge(router.id, filters.id, "sends"),
    ]
    boxes = [ours, others, events, filters, stamps, intake, desk, waiting, stuck, router]
    return graph("How a filter is carried out", boxes, edges)


if __name__ == "__main__":
    for name, text in pictures().items():
        (FOLDER / name).write_text(text)
    print(f"{len(pictures())} pictures are in {FOLDER}")
