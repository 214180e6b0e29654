"""What is in an inbox."""

from typing import TYPE_CHECKING

from edatool.render.formats import Formats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edatool.runtime.inbox.claims import InboxCount

FORMATS: "Formats[Sequence[InboxCount], str]" = Formats(__name__, "text", "json")
