"""Two sources of webhooks are posted to the same path.

The second would never get a request. Give one a `path` of its own; without one it is `/webhooks/NAME`.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      payment.settled: {exchange: amq.topic}
    bindings:
      - {queue: orders, events: [payment.settled]}
    sources:
      bank: {signature: {style: stripe, secrets: [{env: BANK_SECRET}]}, event: payment.settled}
      shop: {path: /webhooks/bank, signature: {style: slack, secrets: [{env: SHOP_SECRET}]}, event: payment.settled}

    $ edatool validate
    routes.yaml:11:16: E513 the sources 'bank' and 'shop' are both posted to '/webhooks/bank': give one another path

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      payment.settled: {exchange: amq.topic}
    bindings:
      - {queue: orders, events: [payment.settled]}
    sources:
      bank: {signature: {style: stripe, secrets: [{env: BANK_SECRET}]}, event: payment.settled}
      shop: {path: /webhooks/shop, signature: {style: slack, secrets: [{env: SHOP_SECRET}]}, event: payment.settled}
"""

from edatool.checks.found import Found, at, at_key
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    first: dict[str, str] = {}
    for name, source in subject.spec.sources.items():
        other = first.setdefault(source.path, name)
        if other != name:
            written = subject.spec.document.holds(("sources", name, "path"))
            place = at("sources", name, "path") if written else at_key("sources", name)
            yield place, f"the sources {other!r} and {name!r} are both posted to {source.path!r}: give one another path"
