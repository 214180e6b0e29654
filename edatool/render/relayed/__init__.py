"""What a relay did."""

from typing import TYPE_CHECKING

from edatool.render.formats import Formats

if TYPE_CHECKING:
    from edatool.render.relayed.shown import ShownRelayed

FORMATS: "Formats[ShownRelayed, str]" = Formats(__name__, "text", "json")
