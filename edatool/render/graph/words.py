"""What pictures call things."""

from edatool.counted import few
from edatool.render.graph.lines import Line, shortened
from edatool.routing.graph.graph import EdgeKind, Graph, Mark, Node, NodeId, NodeKind

BOXES: dict[NodeKind, str] = {"event": "event", "exchange": "exchange", "queue": "queue"}
"""The kinds of boxes that do not say themselves what they are."""
LINES: dict[EdgeKind, str] = {
    "sends": "is sent",
    "binding": "binding, with its key",
    "reads": "is read",
    "alternate": "what no binding takes",
    "retry": "is tried again",
    "dead_letter": "dead letters",
}
"""What each kind of line stands for."""


_KEYS = 20
"""So many keys of a line are told at most."""
SIGNS: dict[Mark | None, str] = {"added": "+ ", "removed": "\N{MINUS SIGN} ", "changed": "~ ", None: ""}
"""What stands before the words of what a change adds, removes or changes."""


def name_of(node: NodeId) -> str:
    """Return what stands in a box, in full."""
    if node.kind == "retry":
        return f"retries of {node.name}"
    return node.name or "(default exchange)"


def title_of(node: Node) -> str:
    """Return what stands in a box."""
    return SIGNS[node.mark] + ("retry" if node.id.kind == "retry" else shortened(name_of(node.id)))


def about(node: Node) -> str:
    """Say in one line all that is known of a box."""
    kind = "" if node.id.kind in ("group", "retry") else f"{node.id.kind} "
    facts = ", ".join(node.details)
    return (
        f"{kind}{name_of(node.id)}" + (f" ({facts})" if facts else "") + (f": {node.summary}" if node.summary else "")
    )


def about_line(line: Line) -> str:
    """Say in one line all that is known of a line."""
    verbs = {
        "sends": "sends to",
        "binding": "to",
        "reads": "is read by",
        "alternate": "gives what no binding takes to",
        "retry": "has messages wait in",
        "dead_letter": "gives dead letters to",
    }
    asked = f" [{few(line.keys, _KEYS)}]" if line.keys else ""
    condition = f" if {line.filter}" if line.filter else ""
    return f"{name_of(line.source)} {verbs[line.kind]} {name_of(line.target)}{asked}{condition}"


def inventory(graph: Graph) -> str:
    """Say how much of what there is."""
    counted: dict[str, int] = {}
    for key in graph.nodes:
        counted[key.kind] = counted.get(key.kind, 0) + 1
    plural = {"delivery": "deliveries", "retry": "retries", "soap": "SOAP services"}
    return ", ".join(
        f"{number} {kind if number == 1 else plural.get(kind, f'{kind}s')}" for kind, number in counted.items()
    )
