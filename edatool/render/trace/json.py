"""Traces for programs."""

from collections.abc import Mapping
from json import dumps

from edatool.render.trace.shown import ShownDelivery, ShownTrace
from edatool.routing.topology import Binding
from edatool.routing.trace import Hop

FORMAT_VERSION = 1


def json(shown: ShownTrace) -> str:
    """Return a trace as JSON; the keys are part of the format, whose version is ``format_version``."""
    message, trace = shown.message, shown.trace
    refused = {"code": trace.refused.code, "reason": trace.refused.reason} if trace.refused else None
    return dumps(
        {
            "format_version": FORMAT_VERSION,
            "message": {"exchange": message.exchange, "key": message.key, "headers": dict(message.headers)},
            "queues": list(trace.queues),
            "consumers": {name: list(shown.readers.get(name, ())) for name in trace.queues},
            "deliveries": [
                _delivery_fields(name, one) for name in trace.queues for one in shown.deliveries.get(name, ())
            ],
            "maybe": list(trace.maybe),
            "unroutable": trace.unroutable,
            "refused": refused,
            "doubts": list(trace.doubts),
            "hops": [_hop_fields(hop) for hop in trace.hops],
        },
        indent=2,
    )


def _delivery_fields(queue: str, one: ShownDelivery) -> dict[str, object]:
    return {
        "name": one.name,
        "queue": queue,
        "method": "POST",
        "url": one.url,
        "signed": one.signed,
        "filter": one.filter,
        "headers": dict(one.headers),
        "body": one.body,
        "refused": one.refused,
        "unsent": one.unsent,
    }


def _hop_fields(hop: Hop) -> dict[str, object]:
    return {
        "exchange": hop.exchange,
        "type": hop.type,
        "matched": [_binding_fields(one) for one in hop.matched],
        "choices": [{**_binding_fields(one.binding), "weight": one.weight} for one in hop.choices],
        "undecided": [{**_binding_fields(one.binding), "why": one.why} for one in hop.undecided],
        "missed": [{**_binding_fields(one.binding), "why": one.why} for one in hop.missed],
        "alternate": hop.alternate,
        "delay": hop.delay,
    }


def _binding_fields(one: Binding) -> Mapping[str, object]:
    kind = "exchange" if one.to_exchange else "queue"
    return {"destination": one.destination, "destination_kind": kind, "key": one.key, "arguments": dict(one.arguments)}
