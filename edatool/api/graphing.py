"""Pictures of what a spec declares."""

from edatool.render.graph import FORMATS, TextFormat
from edatool.routes import Routes
from edatool.routing.graph.graph import Graph
from edatool.routing.graph.of_spec import graph_of


def graph(routes: Routes) -> Graph:
    """Return who sends what, where it goes and who reads it, with dead letters and retries, as boxes and lines.

    Raises:
        InvalidInput: the spec has errors.
    """
    routes.require_valid()
    return graph_of(routes.spec)


def draw(graph: Graph, format: TextFormat = "svg") -> str:  # noqa: A002 - it is called so on the command line
    """Return a picture of a graph: SVG that stands by itself, Mermaid, or DOT for Graphviz."""
    return FORMATS.show(format, graph)
