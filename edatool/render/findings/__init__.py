"""Everything that is wrong with files."""

from typing import TYPE_CHECKING

from edatool.render.formats import Formats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edatool.findings import Finding

FORMATS: "Formats[Sequence[Finding], str]" = Formats(__name__, "text", "json")
