"""What a relay did, for programs."""

from json import dumps

from edatool.render.relayed.shown import COUNTED, ShownRelayed

FORMAT_VERSION = 1


def json(shown: ShownRelayed) -> str:
    """Return the same as JSON; the keys are part of the format, whose version is ``format_version``."""
    return dumps(
        {
            "format_version": FORMAT_VERSION,
            **{name: shown.counts.get(name, 0) for name in COUNTED},
            "waiting": shown.waiting,
            "parked_messages": shown.parked,
        }
    )
