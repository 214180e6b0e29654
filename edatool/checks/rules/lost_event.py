"""An event reaches no queue, not by an alternate exchange either, with a payload that its schema allows.

It is published, confirmed, and gone. Tried are up to 200 payloads of each event, fewer in a spec of many events: the
schema's examples, and these with the fields in the key and in promoted headers set to their values. An event whose
fields do not route needs none. Bind a queue, or give the exchange an alternate that catches it.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, key: "order.{region}", schema: order.json}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.eu}
    --- order.json
    {"type": "object", "required": ["region"], "properties": {"region": {"enum": ["eu", "us"]}}}

    $ edatool validate
    routes.yaml:6:3: W261 the event 'order.placed' reaches no queue with the payload {"region":"us"}: bind one for it, or give 'amq.topic' an alternate that leads to one

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, key: "order.{region}", schema: order.json}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.*}
    --- order.json
    {"type": "object", "required": ["region"], "properties": {"region": {"enum": ["eu", "us"]}}}
"""

from edatool.checks.brief import brief_payload
from edatool.checks.found import Found, at_key
from edatool.checks.routed import Routed
from edatool.routing.addressing import address
from edatool.routing.message import Message
from edatool.routing.reach.witnesses import named, payloads
from edatool.routing.simulate import route
from edatool.spec.spec import Event

_MOST_PAYLOADS = 200
_MOST_OF_ALL = 5_000


def find(routed: Routed) -> Found:
    spec, words = routed.subject.spec, named(routed.router.topology.bindings.values())
    most = max(5, min(_MOST_PAYLOADS, _MOST_OF_ALL // max(1, len(spec.events))))
    for event in spec.events.values():
        example = _lost(routed, event, words, most)
        if example is not None:
            way_out = f"bind one for it, or give {event.exchange!r} an alternate that leads to one"
            message = f"the event {event.name!r} reaches no queue {example}: {way_out}"
            yield at_key("events", event.name), message


def _lost(routed: Routed, event: Event, words: set[str], most: int) -> str | None:
    """Say with which payload an event reaches no queue, None where none is found."""
    if not event.key.fields and not event.headers:
        return "whatever its payload" if _unroutable(routed, address(event, {})) else None
    contract = routed.subject.contracts.get(event.schema or "")
    if event.schema and contract is None:
        return None
    tried = set()
    for payload in payloads(event, contract, words, most):
        message = address(event, payload)
        if not isinstance(message, Message) or not (contract is None or contract.is_valid(payload)):
            continue
        written = repr((message.key, message.headers))
        if written not in tried and _unroutable(routed, message):
            return f"with the payload {brief_payload(payload, 160)}"
        tried.add(written)
    return None


def _unroutable(routed: Routed, message: object) -> bool:
    """Tell whether a message surely reaches no queue; who else is bound to what belongs to others is not known."""
    if not isinstance(message, Message):
        return False
    trace = route(routed.router, message)
    exchanges = routed.subject.spec.exchanges
    return trace.unroutable and not any(
        hop.exchange in exchanges and exchanges[hop.exchange].external for hop in trace.hops
    )
