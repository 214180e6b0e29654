"""A graph as Mermaid."""

from edatool.render.graph.lines import Line, lines_of
from edatool.render.graph.words import title_of
from edatool.render.mermaid import quoted
from edatool.routing.graph.graph import EdgeKind, Graph, Node

_SHAPES = {"event": "([{}])", "exchange": "{{{{{}}}}}", "queue": "[({})]", "retry": "[({})]"}
_ARROWS: dict[EdgeKind, str] = {
    "sends": "-->",
    "binding": "-->",
    "reads": "-->",
    "alternate": "-.->",
    "retry": "<-.->",
    "dead_letter": "-.->",
}
_COLOURS: dict[EdgeKind, str] = {
    "sends": "#0969da",
    "reads": "#1a7f37",
    "alternate": "#8250df",
    "retry": "#bc4c00",
    "dead_letter": "#cf222e",
}
_WORDS: dict[EdgeKind, str] = {"alternate": "alternate", "retry": "retry", "dead_letter": "dead letters"}
_DEAD = "fill:#ffebe9,stroke:#cf222e,color:#82071e"
_MARKS = {
    "added": "stroke:#1a7f37,stroke-width:4px",
    "removed": "stroke:#cf222e,stroke-width:4px,stroke-dasharray:4 4",
    "changed": "stroke:#9a6700,stroke-width:4px",
}


def mermaid(graph: Graph) -> str:
    """Return a Mermaid flowchart."""
    names = {key: f"n{number}" for number, key in enumerate(graph.nodes)}
    lines = lines_of(graph)
    text = ["flowchart LR"]
    text += [f"  {names[key]}{_shape(one)}" for key, one in graph.nodes.items()]
    text += [f"  {names[one.source]} {_ARROWS[one.kind]}{_label(one)} {names[one.target]}" for one in lines]
    text += [f"  style {names[key]} {_DEAD}" for key, one in graph.nodes.items() if one.dead]
    text += [f"  style {names[key]} {_MARKS[one.mark]}" for key, one in graph.nodes.items() if one.mark]
    text += [f"  style {names[key]} opacity:0.3" for key, one in graph.nodes.items() if one.pale]
    for kind, colour in _COLOURS.items():
        numbers = [str(number) for number, one in enumerate(lines) if one.kind == kind and not one.mark]
        if numbers:
            text.append(f"  linkStyle {','.join(numbers)} stroke:{colour}")
    for mark, style in _MARKS.items():
        numbers = [str(number) for number, one in enumerate(lines) if one.mark == mark]
        if numbers:
            text.append(f"  linkStyle {','.join(numbers)} {style}")
    text += [f"  note{number}[{quoted(note)}]" for number, note in enumerate(graph.notes)]
    return "\n".join(text) + "\n"


def _shape(one: Node) -> str:
    words = " · ".join([title_of(one), *one.details])
    return _SHAPES.get(one.looks, "[{}]").format(quoted(words))


def _label(line: Line) -> str:
    parts = [_WORDS.get(line.kind, ""), ", ".join(line.words), *line.condition, line.rate or ""]
    words = " ".join(part for part in parts if part)
    return f"|{quoted(words)}|" if words else ""
