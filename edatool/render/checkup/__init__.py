"""What was looked at between a user and a broker."""

from typing import TYPE_CHECKING

from edatool.render.formats import Formats

if TYPE_CHECKING:
    from edatool.render.checkup.shown import ShownCheckup

FORMATS: "Formats[ShownCheckup, str]" = Formats(__name__, "text", "json")
