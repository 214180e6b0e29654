"""What a change of a spec does."""

from typing import TYPE_CHECKING

from edatool.render.formats import Formats

if TYPE_CHECKING:
    from edatool.render.diff.shown import ShownDiff

FORMATS: "Formats[ShownDiff, str]" = Formats(__name__, "text", "json", "markdown", "mermaid")
