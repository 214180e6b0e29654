"""What is in a dead-letter queue, counted."""

from typing import TYPE_CHECKING

from edatool.render.formats import Formats

if TYPE_CHECKING:
    from edatool.runtime.dead_letters.groups import DeadList

FORMATS: "Formats[DeadList, str]" = Formats(__name__, "text", "json")
