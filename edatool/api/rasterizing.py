"""Pictures as PNG, by a program that is installed."""

import shutil
import subprocess

from edatool.api.graphing import draw
from edatool.errors import WrongUsage
from edatool.render.graph import TextFormat
from edatool.routing.graph.graph import Graph
from edatool.visible import visible

_PROGRAMS: tuple[tuple[TextFormat, tuple[str, ...]], ...] = (
    ("svg", ("rsvg-convert", "--zoom=2")),
    ("dot", ("dot", "-Tpng", "-Gdpi=144")),
)
"""What each takes, and how it is called; the first that is installed does it."""


def draw_png(graph: Graph) -> bytes:
    """Return a picture of a graph as PNG, twice as large as the SVG: by rsvg-convert, or laid out by Graphviz.

    Raises:
        WrongUsage: neither is installed, or it fails.
    """
    for takes, (program, *arguments) in _PROGRAMS:
        path = shutil.which(program)
        if path is None:
            continue
        done = subprocess.run([path, *arguments], input=draw(graph, takes).encode(), capture_output=True, check=False)
        if done.returncode or not done.stdout:
            said = visible(done.stderr.decode(errors="replace").strip())
            raise WrongUsage(f"{program} makes no PNG of it: {said}: take --format svg")
        return done.stdout
    raise WrongUsage("PNG takes rsvg-convert (librsvg2-bin) or dot (graphviz): install one, or take --format svg")
