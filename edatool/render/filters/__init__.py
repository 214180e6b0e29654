"""What a filter said of payloads."""

from typing import TYPE_CHECKING

from edatool.render.formats import Formats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edatool.filters.tried import Tried

FORMATS: "Formats[Sequence[Tried], str]" = Formats(__name__, "text", "json")
