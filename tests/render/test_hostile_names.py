"""Names that whoever may declare on the broker chose, in everything that is printed of them."""

import re
from dataclasses import replace
from typing import get_args
from xml.etree import ElementTree

import pytest

from edatool.change.consequences.cause import Cause
from edatool.change.consequences.condition import Condition
from edatool.change.consequences.consequences import Consequences
from edatool.change.consequences.dead_letters import Burial
from edatool.change.consequences.effects import Effect, EffectKind
from edatool.change.consequences.probes import Probe
from edatool.change.consequences.reroutes import Destination, Reroute
from edatool.change.drift import Attached, Drifted, Returned, Vanished
from edatool.change.ledger import Ledger, LedgerEntry
from edatool.change.plan import Plan, plan_apply
from edatool.render import drift, graph, ledgers, plan, receipts, tests, trace
from edatool.render.drift.shown import ShownDrift
from edatool.render.ledgers.shown import ShownLedgers
from edatool.render.plan.shown import ShownPlan
from edatool.render.receipts.shown import ShownReceipt
from edatool.render.tests.shown import ShownSuite
from edatool.render.trace.shown import ShownTrace
from edatool.routing.coverage import Coverage
from edatool.routing.graph.graph import Edge, EdgeKind, Graph, Node, NodeId, NodeKind
from edatool.routing.message import Message
from edatool.routing.router import router
from edatool.routing.simulate import route
from edatool.routing.suite import Ran, Suite
from edatool.routing.topology import Binding, Exchange, Policy, Queue, topology
from edatool.routing.verify import Verified
from edatool.runtime.publish.receipt import Receipt
from edatool.spec.spec import Expectation, RoutingTest
from edatool.visible import visible

EVIL = "x :: ::error::and \n::error::forged\r\x1b[31m\u202e\x00```\n```|</code><script>http://evil @all"
THERE = topology(
    [Exchange(EVIL, "fanout", arguments={EVIL: EVIL})],
    [Queue(EVIL, arguments={EVIL: EVIL, "::error::argument": 1})],
    [Binding(EVIL, EVIL, key=EVIL, arguments={EVIL: EVIL})],
    [Policy(EVIL, EVIL, "queues", 1, {EVIL: EVIL})],
)
MESSAGE = Message(EVIL, EVIL, {EVIL: EVIL})
TRACE = route(router(THERE), MESSAGE, explain=True)
ENTRY = LedgerEntry(1, EVIL, EVIL, EVIL, 1, 0, 0)
LEDGER = Ledger(EVIL, EVIL, THERE, history=(ENTRY,), replacing={EVIL: {}})
PROBE = Probe("event", EVIL, MESSAGE)
WAYS = (frozenset({Condition("field", EVIL, EVIL), Condition("header", EVIL, EVIL)}),)
EFFECTS = [
    Effect(kind, EVIL, kind != "nowhere", (EVIL, EVIL), "sure", "no", Cause(False, WAYS, WAYS), (PROBE,), refusal=EVIL)
    for kind in get_args(EffectKind)
]
EVENTS = Consequences(
    (Reroute("routed", "unroutable", (Destination(EVIL, "sure", "no"),), EVIL, (EVIL,), (PROBE,)),),
    doubts=(EVIL,),
    untried=(EVIL,),
    tried=1,
    burials=(Burial(EVIL, EVIL, (EVIL,), (), EVIL),),
    effects=tuple(EFFECTS),
)
TEST = RoutingTest(EVIL, EVIL, None, None, None, Expectation("exactly"), None, ())
FAILED = Verified(TEST, (EVIL,), MESSAGE, trace=TRACE)
SUITE = ShownSuite(Suite((Ran(FAILED, None, 0.0),), Coverage((), (EVIL,), (), 1), 0.0), EVIL)
BOXES = tuple(NodeId(kind, EVIL) for kind in get_args(NodeKind))
GRAPH = Graph(
    EVIL,
    {key: Node(key, (EVIL,), EVIL, EVIL, mark="added") for key in BOXES},
    tuple(Edge(BOXES[3], BOXES[4], kind, EVIL, EVIL, "removed", rate=EVIL) for kind in get_args(EdgeKind)),
    (EVIL,),
)
DRIFTS = (Vanished(Queue(EVIL)), Returned(Queue(EVIL)), Attached(Binding(EVIL, EVIL), EVIL))
DRIFTED = Drifted(DRIFTS, (), (), LEDGER)


def planned() -> ShownPlan:
    found = plan_apply(THERE, topology(), external=topology([Exchange(EVIL, "topic")]), unseen=EVIL)
    return ShownPlan(Plan(found.desired, found.compared, "", consequences=EVENTS, unseen=EVIL), EVIL)


@pytest.mark.parametrize(
    "text",
    [
        plan.FORMATS.show("text", planned()),
        plan.FORMATS.show("text", replace(planned(), width=20, by_event=True, verbose=True)),
        plan.FORMATS.show("text", ShownPlan(plan_apply(topology(), THERE, unowned=EVIL), EVIL)),
        plan.FORMATS.show("markdown", planned()),
        plan.FORMATS.show("mermaid", planned()),
        drift.FORMATS.show("text", ShownDrift(DRIFTED, EVIL)),
        ledgers.FORMATS.show("text", ShownLedgers([LEDGER], EVIL)),
        trace.FORMATS.show("text", ShownTrace(MESSAGE, TRACE, missed=True)),
        trace.FORMATS.show("mermaid", ShownTrace(MESSAGE, TRACE)),
        *(graph.FORMATS.show(name, GRAPH) for name in graph.FORMATS.names),
        tests.FORMATS.show("text", SUITE),
        receipts.FORMATS.show("text", ShownReceipt(Receipt(EVIL, "unroutable", exchange=EVIL, key=EVIL, reason=EVIL))),
    ],
    ids=[
        "plan",
        "narrow plan",
        "foreign",
        "markdown",
        "mermaid",
        "drift",
        "ledger",
        "trace",
        "as mermaid",
        *(f"graph as {name}" for name in graph.FORMATS.names),
        "test",
        "receipt",
    ],
)
def test_no_line_is_forged_and_nothing_moves_the_cursor(text: str) -> None:
    assert "forged" in text
    for line in text.split("\n"):
        assert line.isprintable(), line
        assert not line.strip().startswith(("::", "x::"))


def test_nothing_is_markup_outside_of_blocks_that_end_where_we_end_them() -> None:
    found = plan.FORMATS.show("markdown", planned())
    blocks = re.compile(r"^(`{3,})(diff|mermaid)\n.*?^\1$", re.MULTILINE | re.DOTALL)
    assert [kind for _, kind in blocks.findall(found)] == ["diff", "mermaid", "diff"]
    outside = blocks.sub("", found)
    for part in ("<script>", "http://", "@all", "```"):
        assert part not in outside


def test_junit_is_xml_whatever_the_names_are() -> None:
    case = ElementTree.fromstring(tests.FORMATS.show("junit", SUITE))[0]
    assert case.get("name") == visible(EVIL)


def test_a_picture_holds_no_other_element_than_its_own_whatever_the_names_are() -> None:
    found = ElementTree.fromstring(graph.FORMATS.show("svg", GRAPH))
    assert {one.tag.partition("}")[2] for one in found.iter()} == {
        "svg",
        "title",
        "desc",
        "style",
        "rect",
        "g",
        "path",
        "text",
    }
    attributes = {name for one in found.iter() for name in one.attrib}
    assert not [name for name in attributes if name.startswith("on") or name.endswith(("href", "src"))]
    style = found.find("{*}style")
    assert style is not None
    assert EVIL[:3] not in (style.text or "")
