"""What a spec declares, as a picture."""

from typing import TYPE_CHECKING, Literal, get_args

from edatool.render.formats import Formats

if TYPE_CHECKING:
    from edatool.routing.graph.graph import Graph

TextFormat = Literal["svg", "mermaid", "dot"]

MOST = 150
"""How many boxes are drawn, before those of one family become one."""

FORMATS: "Formats[Graph, str]" = Formats(__name__, *get_args(TextFormat))
