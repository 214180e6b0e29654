"""What became of dead letters."""

from typing import TYPE_CHECKING

from edatool.render.formats import Formats

if TYPE_CHECKING:
    from edatool.render.rounds.shown import ShownRound

FORMATS: "Formats[ShownRound, str]" = Formats(__name__, "text", "json")
