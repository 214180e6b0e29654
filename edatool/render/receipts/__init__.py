"""What became of a publish."""

from typing import TYPE_CHECKING

from edatool.render.formats import Formats

if TYPE_CHECKING:
    from edatool.render.receipts.shown import ShownReceipt

FORMATS: "Formats[ShownReceipt, str]" = Formats(__name__, "text", "json")
