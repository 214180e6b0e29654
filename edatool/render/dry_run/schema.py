"""What a line of a dry run in JSON consists of."""

from edatool.render.dry_run.json import FORMAT_VERSION
from edatool.render.json_schema import names, one_of, or_null, output, text, whole
from edatool.render.violations import VIOLATIONS

SCHEMA = output(
    "Where a payload would go: a line of JSON for each.",
    FORMAT_VERSION,
    {
        "file": text("the file of the payload, - for standard input"),
        "line": or_null(whole("its line, where each line is a payload")),
        "event": text("the event"),
        "outcome": one_of("what would become of it", "routed", "unroutable", "refused", "rejected"),
        "exchange": or_null(text("the exchange")),
        "key": or_null(text("the routing key")),
        "queues": names("the queues that get it"),
        "maybe": names("the queues that may get it: chance decides, or what cannot be simulated"),
        "reason": or_null(text("why it would not be routed")),
        "violations": VIOLATIONS,
    },
)
