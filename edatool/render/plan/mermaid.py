"""What becomes of events, as a picture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from edatool.change.consequences.consequences import Consequences
from edatool.render.families import families
from edatool.render.mermaid import quoted
from edatool.render.plan.fates import Arrival, Fate, arrivals, fates
from edatool.render.plan.sentences import NAMED, certainty_now
from edatool.render.plan.shown import ShownPlan
from edatool.render.plan.why import ALWAYS, clause

MOST = 40
"""How many fates are drawn; what is left out is said in the picture."""
MOST_QUEUES = 12
"""How many queues of one fate are drawn."""

_GAINED = "stroke:#1a7f37,stroke-width:3px"
_LOST = "stroke:#cf222e,stroke-width:3px,stroke-dasharray:6 4"
_NOWHERE = "stroke:#cf222e,stroke-width:3px"
_OTHER = "stroke:#9a6700,stroke-width:2px"
_STYLES = {"loses": _LOST, "unroutable": _LOST, "refused": _LOST, "gains": _GAINED}


def mermaid(shown: ShownPlan) -> str:
    """Return a Mermaid flowchart of the events that change destination."""
    return picture(shown.plan.consequences)


def picture(found: Consequences) -> str:
    """Return a Mermaid flowchart: what is gained is green and solid, what is lost red and dashed."""
    drawn = _Picture()
    if found.unknown:
        return f"flowchart LR\n  none[{quoted('What is on the broker could not be seen')}]"
    told: list[Fate | Arrival] = [*fates(found), *arrivals(found)]
    for one in told[:MOST]:
        if isinstance(one, Fate):
            drawn.draw_fate(one)
        else:
            drawn.draw_arrival(one)
    if len(told) > MOST:
        drawn.nodes["more"] = f"more[{quoted(f'and {len(told) - MOST} more changes, not drawn')}]"
    if not told:
        drawn.nodes["none"] = f"none[{quoted('No event changes destination')}]"
    return "\n".join(["flowchart LR", *drawn.lines()])


@dataclass(slots=True)
class _Picture:
    nodes: dict[str, str] = field(default_factory=dict)
    edges: list[tuple[str, str]] = field(default_factory=list)
    """Each edge with its style."""
    names: dict[str, str] = field(default_factory=dict)
    styles: list[str] = field(default_factory=list)

    def draw_fate(self, one: Fate) -> None:
        for event in self._subjects(one.names, is_event=one.is_event):
            if one.kind in ("unroutable", "refused", "nowhere"):
                self._draw_end(event, one.kind, f"{one.refusal or ''}{clause(one.reason)}".strip())
            self._draw_queues(event, one.queues, _label(one), _STYLES.get(one.kind, _OTHER))

    def draw_arrival(self, one: Arrival) -> None:
        for event in self._subjects(one.names, is_event=True):
            for each in one.reached:
                words = " ".join(["maybe:"] * each.maybe + [each.reason] * (each.reason != ALWAYS))
                self._draw_queues(event, each.queues, words, _GAINED)
                if not each.queues:
                    self._draw_end(event, "unroutable", words)

    def _subjects(self, names: Sequence[str], *, is_event: bool) -> Iterator[str]:
        """Yield a node for each of a few events, and one for many."""
        labels = names if is_event else [f"test {name!r}" for name in names]
        if len(labels) > NAMED:
            labels = [f"{len(labels)} {'events' if is_event else 'tests'}: {families(names)}"]
        for label in labels:
            yield self._node(f"event\0{label}", "([{}])", label)

    def _draw_queues(self, event: str, queues: Sequence[str], words: str, style: str) -> None:
        label, arrow = (f"|{quoted(words)}|" if words else ""), "-.->" if style == _LOST else "-->"
        ends = [self._node(f"queue\0{name}", "[({})]", name) for name in queues[:MOST_QUEUES]]
        if len(queues) > MOST_QUEUES:
            left = f"and {len(queues) - MOST_QUEUES} more queues"
            ends.append(self._node(f"{event}\0{words}\0more", "[{}]", left))
        self.edges += [(f"{event} {arrow}{label} {end}", style) for end in ends]

    def _draw_end(self, event: str, outcome: str, words: str) -> None:
        """Draw where messages go that reach no queue."""
        end = self._node(f"end\0{outcome}", ">{}]", f"{outcome}: no queue gets it")
        self.styles.append(f"style {end} fill:#ffebe9,stroke:#cf222e,color:#82071e")
        label = f"|{quoted(words)}|" if words else ""
        self.edges.append((f"{event} ==>{label} {end}", _NOWHERE))

    def _node(self, key: str, shape: str, label: str) -> str:
        name = self.names.setdefault(key, f"n{len(self.names)}")
        self.nodes[name] = name + shape.format(quoted(label))
        return name

    def lines(self) -> Iterator[str]:
        yield from (f"  {node}" for node in self.nodes.values())
        yield from (f"  {edge}" for edge, _ in self.edges)
        yield from (f"  {style}" for style in dict.fromkeys(self.styles))
        for style in (_GAINED, _LOST, _NOWHERE, _OTHER):
            numbers = [str(number) for number, (_, own) in enumerate(self.edges) if own == style]
            if numbers:
                yield f"  linkStyle {','.join(numbers)} {style}"


def _label(one: Fate) -> str:
    """Say what a queue does with events, and why."""
    match one.kind:
        case "changes":
            return certainty_now(one) + clause(one.reason)
        case "gains" | "loses":
            verb = f"may {one.kind.removesuffix('s')}" if "maybe" in one.certainty else one.kind
            return verb + clause(one.reason)
        case _:
            return "loses"
