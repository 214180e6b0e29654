"""A message as it comes."""

from typing import TYPE_CHECKING

from edatool.render.formats import Formats

if TYPE_CHECKING:
    from edatool.render.messages.shown import ShownMessage

FORMATS: "Formats[ShownMessage, str]" = Formats(__name__, "text", "json")
