"""What the codes of findings mean."""

from typing import TYPE_CHECKING

from edatool.render.formats import Formats

if TYPE_CHECKING:
    from edatool.render.rules.shown import ShownRules

FORMATS: "Formats[ShownRules, str]" = Formats(__name__, "text", "json", "markdown")
