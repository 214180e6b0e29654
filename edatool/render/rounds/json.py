"""What became of dead letters, for programs."""

from json import dumps

from edatool.render.rounds.shown import ShownRound

FORMAT_VERSION = 1


def json(shown: ShownRound) -> str:
    """Return outcomes as JSON; the keys are part of the format, whose version is ``format_version``."""
    result = shown.round
    return dumps(
        {
            "format_version": FORMAT_VERSION,
            "queue": shown.queue,
            "outcomes": dict(result.outcomes),
            "visited": result.visited,
            "waiting": result.waiting,
            "moved_back": result.moved_back,
            "next_offset": result.next_offset,
            "stopped": result.stopped,
            "messages": [{"id": one.id, "outcome": one.outcome, "why": one.why} for one in shown.messages],
        },
        indent=2,
    )
