from pathlib import Path

from edatool.change.consequences.sender import stamps_of
from edatool.checks.load import load
from edatool.routing.reach.flow import flow_of

SPEC = """\
edatool: 1
name: shop
exchanges: {orders: {type: topic}, payments: {type: topic}, all: {type: topic}}
events:
  order.placed: {exchange: orders}
  payment.settled: {exchange: payments}
  payment.failed: {exchange: payments}
queues: {big: {}, settled: {}}
filters:
  big: {data.total: [{numeric: [">=", 100]}]}
  quick: {data.seconds: [{numeric: ["<", 10]}]}
bindings:
  - {to_exchange: all, exchange: orders, key: "#"}
  - {to_exchange: all, exchange: payments, key: "payment.failed"}
  - {queue: big, exchange: all, key: "#", filter: big}
  - {queue: settled, events: [payment.settled], filter: quick}
"""


def test_an_event_is_asked_by_those_filters_only_to_which_its_messages_may_come(tmp_path: Path) -> None:
    (tmp_path / "routes.yaml").write_text(SPEC)
    routes = load([str(tmp_path / "routes.yaml")], {})
    flows = {name: flow_of(event, None, {}) for name, event in routes.spec.events.items()}
    asking = stamps_of(routes, None).asking(flows.values())
    named = {name: [str(one.pattern) for one in asking.get(flow, ())] for name, flow in flows.items()}
    assert all("total" in text for text in named["order.placed"] + named["payment.failed"])
    assert ["seconds" in text for text in named["payment.settled"]] == [True]
    assert len(named["order.placed"]) == len(named["payment.failed"]) == 1
