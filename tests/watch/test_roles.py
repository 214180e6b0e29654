"""What queues are for, as their spec says."""

from pathlib import Path

import edatool
from edatool.watch.roles import roles

SPEC = """\
edatool: 1
name: shop
events:
  order.placed: {exchange: events}
exchanges:
  events: {type: topic, alternate: rest}
  rest: {type: fanout}
  kept: {type: fanout}
  dead: {type: direct}
queues:
  orders: {type: quorum, retry: [5s], dead_letter: {exchange: dead, key: orders}}
  audit: {type: quorum, dead_letter: {exchange: "", key: letters}}
  both: {type: quorum}
  letters: {type: quorum}
  routed: {type: quorum}
  unrouted: {type: quorum}
  by-others: {type: quorum}
  by-error: {type: quorum}
  refunds: {type: quorum, dead_letter: {exchange: dead, by_error: {InvalidCard: by-error}}}
bindings:
  - {queue: orders, events: [order.placed]}
  - {queue: audit, exchange: events, key: "#", filter: {data.total: [{numeric: [">", 9]}]}}
  - {queue: both, events: [order.placed]}
  - {queue: both, exchange: dead, key: orders}
  - {queue: routed, exchange: dead, key: orders}
  - {to_exchange: kept, exchange: rest}
  - {queue: unrouted, exchange: kept}
  - {queue: by-others, exchange: events, key: payment.settled}
  - {queue: refunds, exchange: events, key: refund.asked}
delays: {up_to: 3s}
"""


def test_each_queue_has_the_role_that_its_spec_gives_it(tmp_path: Path) -> None:
    (tmp_path / "routes.yaml").write_text(SPEC)
    found = dict(roles(edatool.load(str(tmp_path / "routes.yaml"))))
    assert found == {
        "orders": "events",
        "orders.retry.5s": "delay",
        "audit": "events",
        "both": "events",
        "letters": "dead-letters",
        "routed": "dead-letters",
        "unrouted": "unroutable",
        "by-others": "events",
        "by-error": "dead-letters",
        "refunds": "events",
        "edatool.shop.intake": "intake",
        "edatool.shop.intake.refused": "dead-letters",
        "edatool.shop.intake.stuck": "stuck",
        "edatool.shop.delay.0": "delay",
        "edatool.shop.delay.1": "delay",
    }
