"""What applies of specs have made."""

from typing import TYPE_CHECKING

from edatool.render.formats import Formats

if TYPE_CHECKING:
    from edatool.render.ledgers.shown import ShownLedgers

FORMATS: "Formats[ShownLedgers, str]" = Formats(__name__, "text", "json")
