"""How routing tests ended."""

from typing import TYPE_CHECKING

from edatool.render.formats import Formats

if TYPE_CHECKING:
    from edatool.render.tests.shown import ShownSuite

FORMATS: "Formats[ShownSuite, str]" = Formats(__name__, "text", "json", "junit")
