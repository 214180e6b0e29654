"""What is in an outbox."""

from typing import TYPE_CHECKING

from edatool.render.formats import Formats

if TYPE_CHECKING:
    from edatool.runtime.outbox.status import OutboxStatus

FORMATS: "Formats[OutboxStatus, str]" = Formats(__name__, "text", "json")
