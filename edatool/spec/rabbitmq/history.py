"""What RabbitMQ makes of something that can be asked of it, version by version."""

from enum import Enum

Version = tuple[int, ...]
"""Such as (4, 3) or (4, 3, 5); what is left out counts as zero."""

OLDEST: Version = (3, 10)
"""The oldest version of which facts are known; older ones are taken for it."""


class Acceptance(Enum):
    """What RabbitMQ does: it takes something; it answers that all is well, and ignores it; it refuses it.

    It depends where a plugin decides of which nobody knows whether it is there.
    """

    TAKEN = "taken"
    IGNORED = "ignored"
    REFUSED = "refused"
    DEPENDS = "depends"


TAKEN, IGNORED, REFUSED, DEPENDS = Acceptance.TAKEN, Acceptance.IGNORED, Acceptance.REFUSED, Acceptance.DEPENDS

History = tuple[tuple[Version, Acceptance], ...]
"""Each verdict with the version from which on it holds, the oldest first."""


ALWAYS_TAKEN: History = ((OLDEST, TAKEN),)
ALWAYS_IGNORED: History = ((OLDEST, IGNORED),)
ALWAYS_REFUSED: History = ((OLDEST, REFUSED),)


def since(version: Version, before: Acceptance = REFUSED) -> History:
    """Return the history of what a version has begun to take."""
    return ((OLDEST, before), (version, TAKEN))


def until(version: Version, after: Acceptance = REFUSED) -> History:
    """Return the history of what a version no longer takes."""
    return ((OLDEST, TAKEN), (version, after))


def verdict_at(history: History, version: Version) -> Acceptance:
    """Return what a version makes of it."""
    return next((verdict for first, verdict in reversed(history) if version >= first), history[0][1])


def is_ever_refused(history: History) -> bool:
    """Tell whether no version has taken or ignored it."""
    return all(verdict is REFUSED for _, verdict in history)


def reason(history: History, version: Version) -> str:
    """Say since when, or until when, it is as this version has it; empty where it always was."""
    begun = max((index for index, (first, _) in enumerate(history) if version >= first), default=0)
    if begun:
        return f"as all from {_text(history[begun][0])} on do"
    if len(history) > 1:
        return f"{_text(history[1][0])} and later do not"
    return ""


def _text(version: Version) -> str:
    return ".".join(map(str, version))
