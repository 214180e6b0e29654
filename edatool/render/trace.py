"""Traces for people, for programs, and as a picture."""

import json
from collections.abc import Iterator, Mapping

from edatool.render import headers
from edatool.render.mermaid import quoted
from edatool.routing.message import Message
from edatool.routing.topology import Binding
from edatool.routing.trace import Hop, Trace
from edatool.visible import joined

FORMAT_VERSION = 1


def text(message: Message, trace: Trace, *, missed: bool = False) -> str:
    """Return the tree of hops and where the message ends; ``missed`` adds the bindings that did not match, and why."""
    return joined([_published(message), *_tree(message.exchange, trace, missed=missed), "", ending(trace)])


def ending(trace: Trace) -> str:
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


def as_json(message: Message, trace: Trace) -> str:
    """Return a trace as JSON; the keys are part of the format, whose version is ``format_version``."""
    refused = {"code": trace.refused.code, "reason": trace.refused.reason} if trace.refused else None
    return json.dumps(
        {
            "format_version": FORMAT_VERSION,
            "message": {"exchange": message.exchange, "key": message.key, "headers": dict(message.headers)},
            "queues": list(trace.queues),
            "maybe": list(trace.maybe),
            "unroutable": trace.unroutable,
            "refused": refused,
            "doubts": list(trace.doubts),
            "hops": [_hop_fields(hop) for hop in trace.hops],
        },
        indent=2,
    )


def mermaid(message: Message, trace: Trace) -> str:
    """Return a Mermaid flowchart of the hops."""
    names: dict[tuple[str, str], str] = {}
    lines = [
        "flowchart LR",
        f"  message([{quoted(message.key or '(no key)')}]) --> {_node(names, 'x', message.exchange)}",
    ]
    for hop in trace.hops:
        for binding in hop.possible:
            sure = "-->" if binding in hop.sure else "-.->"
            target = _node(names, "x" if binding.to_exchange else "q", binding.destination)
            label = f"|{quoted(_label(binding))}|" if _label(binding) else ""
            lines.append(f"  {_node(names, 'x', hop.exchange)} {sure}{label} {target}")
        if hop.alternate is not None:
            lines.append(f'  {_node(names, "x", hop.exchange)} -->|"alternate"| {_node(names, "x", hop.alternate)}')
    shapes = [f"  {node}{_shape(kind, name)}" for (kind, name), node in names.items()]
    return "\n".join([lines[0], *shapes, *lines[1:]])


def _published(message: Message) -> str:
    shown = headers.text(message.headers)
    return f"{message.exchange or '(default exchange)'} [{message.key}]" + (f" {shown}" if shown else "")


def _tree(start: str, trace: Trace, *, missed: bool) -> Iterator[str]:
    hops = {hop.exchange: hop for hop in trace.hops}
    shown: set[str] = set()

    def below(name: str, indent: str) -> Iterator[str]:
        hop = hops.get(name)
        if hop is None:
            return
        if name in shown:
            yield f"{indent}(shown above; an exchange routes a message once)"
            return
        shown.add(name)
        for binding in hop.possible:
            doubt = "" if binding in hop.sure else "  ? " + _doubt(hop, binding)
            kind = "exchange" if binding.to_exchange else "queue"
            yield f"{indent}-> {kind} {binding.destination}{_bracketed(binding)}{doubt}"
            if binding.to_exchange:
                yield from below(binding.destination, indent + "   ")
        if hop.alternate is not None:
            yield f"{indent}-> alternate exchange {hop.alternate}, for nothing matched"
            yield from below(hop.alternate, indent + "   ")
        for one in hop.missed if missed else ():
            kind = "exchange" if one.binding.to_exchange else "queue"
            yield f"{indent}x  {kind} {one.binding.destination}{_bracketed(one.binding)}: {one.why}"

    yield from below(start, "  ")


def _doubt(hop: Hop, binding: Binding) -> str:
    weights = {id(choice.binding): choice.weight for choice in hop.choices}
    if id(binding) in weights:
        return f"one of {len(weights)}, with a share of {weights[id(binding)]}/{sum(weights.values())}"
    return "cannot be simulated"


def _bracketed(binding: Binding) -> str:
    return f" [{_label(binding)}]" if _label(binding) else ""


def _label(binding: Binding) -> str:
    return binding.key + (json.dumps(binding.arguments, sort_keys=True) if binding.arguments else "")


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


def _node(names: dict[tuple[str, str], str], kind: str, name: str) -> str:
    return names.setdefault((kind, name), f"{kind}{len(names)}")


def _shape(kind: str, name: str) -> str:
    label = quoted(name or "(default exchange)")
    return f"{{{{{label}}}}}" if kind == "x" else f"[({label})]"
