"""What is in an inbox, for programs."""

from collections.abc import Sequence
from json import dumps

from edatool.runtime.inbox.claims import InboxCount

FORMAT_VERSION = 1


def json(counts: Sequence[InboxCount]) -> str:
    """Return the counts as JSON; the keys are part of the format, whose version is ``format_version``."""
    return dumps(
        {
            "format_version": FORMAT_VERSION,
            "counts": [
                {
                    "consumer": one.consumer,
                    "state": one.state,
                    "events": one.events,
                    "age_seconds": round(one.age, 3),
                }
                for one in counts
            ],
        },
        indent=2,
    )
