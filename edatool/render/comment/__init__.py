"""All that a pull request does, as one comment on it."""

from typing import TYPE_CHECKING

from edatool.render.formats import Formats

if TYPE_CHECKING:
    from edatool.render.comment.shown import ShownComment

FORMATS: "Formats[ShownComment, str]" = Formats(__name__, "markdown")
