"""What is in a dead-letter queue, for programs."""

from json import dumps

from edatool.render.moment import moment
from edatool.runtime.dead_letters.groups import DeadList

FORMAT_VERSION = 1


def json(found: DeadList) -> str:
    """Return the groups as JSON; the keys are part of the format, whose version is ``format_version``."""
    return dumps(
        {
            "format_version": FORMAT_VERSION,
            "queue": found.queue,
            "visited": found.visited,
            "waiting": found.waiting,
            "moved_back": found.moved_back,
            "groups": [
                {
                    "queue": one.queue,
                    "reason": one.reason,
                    "error": one.error,
                    "messages": one.messages,
                    "oldest": one.oldest and moment(one.oldest),
                    "newest": one.newest and moment(one.newest),
                }
                for one in found.groups
            ],
        },
        indent=2,
    )
