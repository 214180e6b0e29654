"""Where a message goes, and why."""

from typing import TYPE_CHECKING

from edatool.render.formats import Formats

if TYPE_CHECKING:
    from edatool.render.trace.shown import ShownTrace

FORMATS: "Formats[ShownTrace, str]" = Formats(__name__, "text", "json", "mermaid")
