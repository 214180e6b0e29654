"""How a spec's part of a broker is."""

from typing import TYPE_CHECKING

from edatool.render.formats import Formats

if TYPE_CHECKING:
    from edatool.render.status.shown import ShownStatus

FORMATS: "Formats[ShownStatus, str]" = Formats(__name__, "text", "json")
