"""What the state of an inbox in JSON consists of."""

from edatool.render.inbox.json import FORMAT_VERSION
from edatool.render.json_schema import each, number, one_of, output, record, text, whole

SCHEMA = output(
    "What is in an inbox.",
    FORMAT_VERSION,
    {
        "counts": each(
            "the states of the events of each consumer",
            record(
                "events in one state",
                {
                    "consumer": text("the consumer"),
                    "state": one_of(
                        "what has become of them; abandoned: their consumer did not renew its claim",
                        *("claimed", "abandoned", "done", "failed", "dead"),
                    ),
                    "events": whole("how many events"),
                    "age_seconds": number("how long ago the oldest was claimed last"),
                },
            ),
        ),
    },
)
