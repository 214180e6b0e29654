"""What AsyncAPI 3.0 and its AMQP bindings cannot say of a spec."""

from collections.abc import Iterator

from edatool.findings import Finding
from edatool.render.exports.exported import unsaid
from edatool.routing.compile import queue_arguments
from edatool.spec.consuming import SpecConsumer
from edatool.spec.spec import Spec, SpecBinding

_KEEP = "keep them in routes.yaml"
EXCHANGE_TYPES = ("topic", "direct", "fanout", "headers")
"""Those that the AMQP bindings have a word for."""


def unsaid_by_asyncapi(spec: Spec) -> Iterator[Finding]:
    """Yield a note on each kind of thing that the document leaves out, with the names concerned."""
    exchanges, queues, bindings = spec.exchanges.values(), spec.queues.values(), spec.bindings
    used = {event.exchange for event in spec.events.values()}
    missing = {
        "bindings of queues, only for the messages that come to each": (
            _shown(one) for one in bindings if one.queue is not None
        ),
        "bindings of exchanges to exchanges": (_shown(one) for one in bindings if one.to_exchange is not None),
        "headers and arguments of bindings": (_shown(one) for one in bindings if one.headers or one.arguments),
        "filters": (_shown(one) for one in bindings if one.filter is not None),
        "exchanges to which no event is published": (one.name for one in exchanges if one.name not in used),
        "exchange types of plugins": (one.name for one in exchanges if one.type not in EXCHANGE_TYPES),
        "alternates": (one.name for one in exchanges if one.alternate),
        "internal exchanges": (one.name for one in exchanges if one.internal),
        "arguments of exchanges": (one.name for one in exchanges if one.arguments),
        "types and arguments of queues": (one.name for one in queues if queue_arguments(one)),
        "dead letters": (one.name for one in queues if one.dead_letter),
        "retries": (one.name for one in queues if one.retry),
        "policies": spec.policies,
        "concurrency, order and inboxes of consumers": (one.name for one in spec.consumers.values() if _is_set(one)),
        "actions of triggers": spec.triggers,
        "sources of webhooks": spec.sources,
        "SOAP services": spec.soap,
        "deliveries": spec.deliveries,
        "producers": spec.producers,
    }
    for what, names in missing.items():
        yield from unsaid("AsyncAPI", what, names, _KEEP)


def _is_set(one: SpecConsumer) -> bool:
    return one != SpecConsumer(one.name, one.queues, owner=one.owner, summary=one.summary)


def _shown(one: SpecBinding) -> str:
    source = one.exchange if one.exchange is not None else " and ".join(one.events)
    return f"{source} -> {one.destination}"
