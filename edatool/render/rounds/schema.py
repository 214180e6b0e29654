"""What became of dead letters in JSON, and what that consists of."""

from edatool.render.json_schema import boolean, each, named, or_null, output, record, text, whole
from edatool.render.rounds.json import FORMAT_VERSION

SCHEMA = output(
    "What became of dead letters; edit, move and drop print the same.",
    FORMAT_VERSION,
    {
        "queue": text("the dead-letter queue"),
        "outcomes": named(
            "confirmed, gone, would, invalid, unroutable, nacked, refused, unknown, unreadable, stays",
            whole("how many"),
        ),
        "visited": whole("how many messages were looked at"),
        "waiting": whole("how many there were; 0 of a stream, which does not tell"),
        "moved_back": whole("how many are at the end of the queue now, as another look was one too many for them"),
        "next_offset": or_null(whole("where a stream goes on")),
        "stopped": boolean("whether it was stopped before its end"),
        "messages": each(
            "the messages that were meant",
            record(
                "a message",
                {
                    "id": text("its message id"),
                    "outcome": text("what became of it, one of the words of `outcomes`"),
                    "why": text("the reason where it stays, where it would go in a dry run, else empty"),
                },
            ),
        ),
    },
)
