"""A private RabbitMQ on this machine."""

from typing import TYPE_CHECKING

from edatool.render.formats import Formats

if TYPE_CHECKING:
    from edatool.render.node.shown import ShownNode

FORMATS: "Formats[ShownNode, str]" = Formats(__name__, "text", "json")
