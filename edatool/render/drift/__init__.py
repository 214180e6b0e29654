"""What is no longer as the last apply left it."""

from typing import TYPE_CHECKING

from edatool.render.formats import Formats

if TYPE_CHECKING:
    from edatool.render.drift.shown import ShownDrift

FORMATS: "Formats[ShownDrift, str]" = Formats(__name__, "text", "json", "markdown")
