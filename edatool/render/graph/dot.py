"""A graph as DOT, the language of Graphviz."""

from edatool.render.graph.lines import Line, lines_of
from edatool.render.graph.words import about, about_line, title_of
from edatool.routing.graph.graph import EdgeKind, Graph, Node
from edatool.visible import visible

_SHAPES = {"event": "box", "exchange": "hexagon", "queue": "cylinder", "retry": "cylinder"}
_STYLES: dict[EdgeKind, tuple[str, str]] = {
    "sends": ("#0969da", "solid"),
    "binding": ("#57606a", "solid"),
    "reads": ("#1a7f37", "solid"),
    "alternate": ("#8250df", "dashed"),
    "retry": ("#bc4c00", "dotted"),
    "dead_letter": ("#cf222e", "dashed"),
}
_FILLS = {"event": "#ddf4ff", "exchange": "#fff8c5", "queue": "#dafbe1", "retry": "#fff1e5"}
_MARKS = {"added": "#1a7f37", "removed": "#cf222e", "changed": "#9a6700"}


def dot(graph: Graph) -> str:
    """Return a directed graph."""
    names = {key: f"n{number}" for number, key in enumerate(graph.nodes)}
    notes = "\\l".join(map(_escaped, graph.notes))
    text = [
        f"digraph {_quoted(graph.name)} {{",
        f'  graph [rankdir=LR, fontname="Helvetica", label="{notes}", labeljust=l]',
        '  node [fontname="Helvetica", fontsize=11, style="filled"]',
        '  edge [fontname="Helvetica", fontsize=9]',
        *(f"  {names[key]} [{_node(one)}]" for key, one in graph.nodes.items()),
        *(f"  {names[one.source]} -> {names[one.target]} [{_edge(one)}]" for one in lines_of(graph)),
        "}",
    ]
    return "\n".join(text) + "\n"


def _node(one: Node) -> str:
    words = "\\n".join(map(_escaped, (title_of(one), *one.details)))
    style = {"event": "rounded,filled", "retry": "dashed,filled"}.get(one.looks, "filled")
    fill = "#ffebe9" if one.dead else _FILLS.get(one.looks, "#f6f8fa")
    outline = f', color="{_MARKS[one.mark]}", penwidth=3' if one.mark else ""
    shape = _SHAPES.get(one.looks, "box")
    return (
        f'label="{words}", shape={shape}, style="{style}", fillcolor="{fill}", tooltip={_quoted(about(one))}{outline}'
    )


def _edge(line: Line) -> str:
    colour, style = _STYLES[line.kind]
    if line.mark:
        colour, style = _MARKS[line.mark], f"{style},bold"
    words = "\\n".join(map(_escaped, (*line.words, *line.condition, *([line.rate] if line.rate else []))))
    both = ", dir=both" if line.kind == "retry" else ""
    return f'label="{words}", color="{colour}", style="{style}", tooltip={_quoted(about_line(line))}{both}'


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    """Escape what ends a string, and the backslash, by which Graphviz would put in names of its own."""
    return visible(text).replace("\\", "\\\\").replace('"', '\\"')
