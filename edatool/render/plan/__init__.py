"""What apply would do, and what it means for events."""

from typing import TYPE_CHECKING

from edatool.render.formats import Formats

if TYPE_CHECKING:
    from edatool.render.plan.shown import ShownPlan

FORMATS: "Formats[ShownPlan, str]" = Formats(__name__, "text", "json", "markdown", "mermaid")
