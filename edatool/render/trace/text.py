"""Traces for people."""

from collections.abc import Iterator

from edatool.render import headers
from edatool.render.trace.labels import label
from edatool.render.trace.shown import ShownDelivery, ShownTrace
from edatool.routing.message import Message
from edatool.routing.topology import Binding
from edatool.routing.trace import Hop, Trace
from edatool.visible import joined


def text(shown: ShownTrace) -> str:
    """Return the tree of hops, and where the message ends."""
    message, trace = shown.message, shown.trace
    return joined([_published(message), *_tree(message.exchange, shown), "", _ending(trace)])


def _ending(trace: Trace) -> str:
    """Return where the message ends, in one sentence."""
    if trace.refused:
        return f"Refused with {trace.refused.code}: {trace.refused.reason}."
    parts = [f"Reaches {', '.join(trace.queues)}."] if trace.queues else []
    parts += [_delay(hop) for hop in trace.hops if hop.delay is not None and hop.possible]
    if trace.maybe:
        parts.append(f"Chance decides about {', '.join(trace.maybe)}.")
    if trace.doubts:
        parts.append(f"Not simulated: {'; '.join(trace.doubts)}.")
    return " ".join(parts) or "Unroutable: it reaches no queue."


def _delay(hop: Hop) -> str:
    if hop.delay:
        return f"Delayed by {hop.delay} ms at {hop.exchange}."
    return f"Not delayed at {hop.exchange}, for it has no header x-delay."


def _published(message: Message) -> str:
    shown = headers.text(message.headers)
    return f"{message.exchange or '(default exchange)'} [{message.key}]" + (f" {shown}" if shown else "")


def _tree(start: str, shown: ShownTrace) -> Iterator[str]:
    hops = {hop.exchange: hop for hop in shown.trace.hops}
    seen: set[str] = set()

    def below(name: str, indent: str) -> Iterator[str]:
        hop = hops.get(name)
        if hop is None:
            return
        if name in seen:
            yield f"{indent}(shown above; an exchange routes a message once)"
            return
        seen.add(name)
        for binding in hop.possible:
            doubt = "" if binding in hop.sure else "  ? " + _doubt(hop, binding)
            kind = "exchange" if binding.to_exchange else "queue"
            yield f"{indent}-> {kind} {binding.destination}{_bracketed(binding)}{doubt}"
            if binding.to_exchange:
                yield from below(binding.destination, indent + "   ")
                continue
            if readers := shown.readers.get(binding.destination):
                yield f"{indent}   read by {', '.join(readers)}"
            for delivery in shown.deliveries.get(binding.destination, ()):
                yield from (f"{indent}   {line}" for line in _delivered(delivery))
        if hop.alternate is not None:
            yield f"{indent}-> alternate exchange {hop.alternate}, for nothing matched"
            yield from below(hop.alternate, indent + "   ")
        for one in hop.missed if shown.missed else ():
            kind = "exchange" if one.binding.to_exchange else "queue"
            yield f"{indent}x  {kind} {one.binding.destination}{_bracketed(one.binding)}: {one.why}"

    yield from below(start, "  ")


def _delivered(delivery: ShownDelivery) -> Iterator[str]:
    condition = f", if it matches {delivery.filter}" if delivery.filter else ""
    yield f"delivered by {delivery.name}: POST {delivery.url}{', signed' if delivery.signed else ''}{condition}"
    if delivery.unsent is not None:
        yield f"  is not sent: {delivery.unsent}"
    if delivery.refused is not None:
        yield f"  becomes a dead letter: {delivery.refused}"
    yield from (f"  {name}: {value}" for name, value in delivery.headers.items())
    if delivery.body is not None:
        yield from (f"  {line}" for line in delivery.body.splitlines())


def _doubt(hop: Hop, binding: Binding) -> str:
    weights = {id(choice.binding): choice.weight for choice in hop.choices}
    if id(binding) in weights:
        return f"one of {len(weights)}, with a share of {weights[id(binding)]}/{sum(weights.values())}"
    return "cannot be simulated"


def _bracketed(binding: Binding) -> str:
    return f" [{label(binding)}]" if label(binding) else ""
