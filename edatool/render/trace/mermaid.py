"""Traces as a picture."""

from edatool.render.mermaid import quoted
from edatool.render.trace.labels import label
from edatool.render.trace.shown import ShownTrace


def mermaid(shown: ShownTrace) -> str:
    """Return a Mermaid flowchart of the hops."""
    message, trace = shown.message, shown.trace
    names: dict[tuple[str, str], str] = {}
    lines = [
        "flowchart LR",
        f"  message([{quoted(message.key or '(no key)')}]) --> {_node(names, 'x', message.exchange)}",
    ]
    for hop in trace.hops:
        for binding in hop.possible:
            sure = "-->" if binding in hop.sure else "-.->"
            target = _node(names, "x" if binding.to_exchange else "q", binding.destination)
            words = f"|{quoted(label(binding))}|" if label(binding) else ""
            lines.append(f"  {_node(names, 'x', hop.exchange)} {sure}{words} {target}")
        if hop.alternate is not None:
            lines.append(f'  {_node(names, "x", hop.exchange)} -->|"alternate"| {_node(names, "x", hop.alternate)}')
    for queue in trace.queues:
        for reader in shown.readers.get(queue, ()):
            lines.append(f"  {_node(names, 'q', queue)} --> {_node(names, 'c', reader)}")
        for delivery in shown.deliveries.get(queue, ()):
            posted = _node(names, "d", f"{delivery.name}: POST {delivery.url}")
            arrow = "-->" if delivery.unsent is None else '-.->|"not sent"|'
            lines.append(f"  {_node(names, 'q', queue)} {arrow} {posted}")
    if trace.refused or trace.unroutable:
        why = f"refused with {trace.refused.code}" if trace.refused else "unroutable"
        lines.append(f"  {_node(names, 'x', message.exchange)} ==> {_node(names, 'e', f'{why}: no queue gets it')}")
    shapes = [f"  {node}{_shape(kind, name)}" for (kind, name), node in names.items()]
    return "\n".join([lines[0], *shapes, *lines[1:]])


def _node(names: dict[tuple[str, str], str], kind: str, name: str) -> str:
    return names.setdefault((kind, name), f"{kind}{len(names)}")


def _shape(kind: str, name: str) -> str:
    words = quoted(name or "(default exchange)")
    return {"x": f"{{{{{words}}}}}", "q": f"[({words})]", "c": f"[/{words}/]", "d": f"[/{words}/]", "e": f">{words}]"}[
        kind
    ]
