"""What the list of dead letters in JSON consists of."""

from edatool.render.dead_list.json import FORMAT_VERSION
from edatool.render.json_schema import each, or_null, output, record, text, whole

SCHEMA = output(
    "What is in a dead-letter queue.",
    FORMAT_VERSION,
    {
        "queue": text("the dead-letter queue"),
        "visited": whole("how many messages were looked at"),
        "waiting": whole("how many there were; 0 of a stream, which does not tell"),
        "moved_back": whole("how many are at the end of the queue now, as another look was one too many for them"),
        "groups": each(
            "the largest first",
            record(
                "what one queue gave up for one reason",
                {
                    "queue": or_null(text("the queue that gave them up, null where nothing tells")),
                    "reason": text("why, empty where nothing tells"),
                    "error": or_null(text("the class of the error")),
                    "messages": whole("how many"),
                    "oldest": or_null(text("when the first died")),
                    "newest": or_null(text("when the last died")),
                },
            ),
        ),
    },
)
