"""Everything that is wrong with files."""

from typing import TYPE_CHECKING

from edatool.render.formats import Formats

if TYPE_CHECKING:
    from edatool.render.findings.shown import ShownFindings

FORMATS: "Formats[ShownFindings, str]" = Formats(
    __name__, "text", "short", "json", "sarif", "junit", "github", "gitlab", "checkstyle", "markdown"
)
