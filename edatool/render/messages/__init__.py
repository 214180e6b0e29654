"""Messages of a queue, with what they tell of themselves and what the spec says of them."""

from typing import TYPE_CHECKING

from edatool.render.formats import Formats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edatool.render.messages.shown import ShownMessage

FORMATS: "Formats[Sequence[ShownMessage], str]" = Formats(__name__, "text", "json")
