"""The events that change destination, as a picture."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from edatool.change.consequences.consequences import Consequences, Destination, Reroute
from edatool.render.mermaid import quoted
from edatool.render.plan.events import evidence, outcome, sign, subject
from edatool.render.plan.shown import ShownPlan

MOST_EVENTS = 25
MOST_QUEUES = 12
"""How many events, and queues of one event, are drawn; what is left out is said in the picture."""

_GAINED = "stroke:#1a7f37,stroke-width:3px"
_LOST = "stroke:#cf222e,stroke-width:3px,stroke-dasharray:6 4"
_NOWHERE = "stroke:#cf222e,stroke-width:3px"
_OTHER = "stroke:#9a6700,stroke-width:2px"
_KEPT = "stroke:#8c959f"
_SAID = {"+": "gains", "-": "loses", "+ maybe": "may gain", "- maybe": "may lose", "~": "with other certainty"}


def mermaid(shown: ShownPlan) -> str:
    """Return a Mermaid flowchart of the events that change destination."""
    return picture(shown.plan.consequences)


def picture(found: Consequences) -> str:
    """Return a Mermaid flowchart: what is gained is green and solid, what is lost red and dashed."""
    drawn = _Picture()
    if found.unknown:
        return f"flowchart LR\n  none[{quoted('What is on the broker could not be seen')}]"
    for one in found.reroutes[:MOST_EVENTS]:
        drawn.draw(one)
    left = len(found.reroutes) - MOST_EVENTS
    if left > 0:
        drawn.nodes["more"] = f"more[{quoted(f'and {left} more changes, not drawn')}]"
    if not found.reroutes:
        drawn.nodes["none"] = f"none[{quoted('No event changes destination')}]"
    return "\n".join(["flowchart LR", *drawn.lines()])


@dataclass(slots=True)
class _Picture:
    nodes: dict[str, str] = field(default_factory=dict)
    edges: list[tuple[str, str]] = field(default_factory=list)
    """Each edge with its style."""
    names: dict[str, str] = field(default_factory=dict)
    styles: list[str] = field(default_factory=list)

    def draw(self, one: Reroute) -> None:
        """Draw an event, its exchange, and the queues; each change has an exchange of its own, for they differ."""
        event = self._node("event\0" + str(one.is_event) + one.name, "([{}])", subject(replace(one, whole=True)))
        name = one.probes[0].message.exchange or "(default exchange)"
        exchange = f"x{len(self.edges)}"
        self.nodes[exchange] = f"{exchange}{{{{{quoted(name)}}}}}"
        label = "" if one.whole else f"|{quoted(evidence(one)[1:-1])}|"
        self.edges.append((f"{event} -->{label} {exchange}", _KEPT))
        self.edges += self._outcome(one, exchange)
        self.edges += self._queues(one, exchange)

    def _outcome(self, one: Reroute, exchange: str) -> Iterator[tuple[str, str]]:
        """Yield an edge to where messages go that reach no queue."""
        if one.after != "routed":
            end = self._node(f"end\0{one.after}", ">{}]", f"{one.after}: no queue gets it")
            self.styles.append(f"style {end} fill:#ffebe9,stroke:#cf222e,color:#82071e")
            yield f"{exchange} ==>|{quoted(outcome(one))}| {end}", _NOWHERE

    def _queues(self, one: Reroute, exchange: str) -> Iterator[tuple[str, str]]:
        ends = [(each.queue, _SAID[sign(each)], _style(each)) for each in one.destinations]
        ends += [(name, "", _KEPT) for name in one.kept]
        for name, label, style in ends[:MOST_QUEUES]:
            queue = self._node(f"queue\0{name}", "[({})]", name)
            arrow = "-.->" if style == _LOST else "-->"
            yield f"{exchange} {arrow}{f'|{quoted(label)}|' if label else ''} {queue}", style
        if len(ends) > MOST_QUEUES:
            more = self._node(f"more\0{exchange}", "[{}]", f"and {len(ends) - MOST_QUEUES} more queues")
            yield f"{exchange} --> {more}", _KEPT

    def _node(self, key: str, shape: str, label: str) -> str:
        name = self.names.setdefault(key, f"n{len(self.names)}")
        self.nodes[name] = name + shape.format(quoted(label))
        return name

    def lines(self) -> Iterator[str]:
        yield from (f"  {node}" for node in self.nodes.values())
        yield from (f"  {edge}" for edge, _ in self.edges)
        yield from (f"  {style}" for style in dict.fromkeys(self.styles))
        for style in (_GAINED, _LOST, _NOWHERE, _OTHER, _KEPT):
            numbers = [str(number) for number, (_, own) in enumerate(self.edges) if own == style]
            if numbers:
                yield f"  linkStyle {','.join(numbers)} {style}"


def _style(one: Destination) -> str:
    return _GAINED if sign(one).startswith("+") else _LOST if sign(one).startswith("-") else _OTHER
