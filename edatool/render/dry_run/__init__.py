"""Where a message would go, were it published."""

from typing import TYPE_CHECKING

from edatool.render.formats import Formats

if TYPE_CHECKING:
    from edatool.render.dry_run.shown import ShownTrial

FORMATS: "Formats[ShownTrial, str]" = Formats(__name__, "text", "json")
