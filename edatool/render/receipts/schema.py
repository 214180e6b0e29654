"""What a receipt in JSON consists of."""

from typing import get_args

from edatool.render.json_schema import one_of, or_null, output, text, whole
from edatool.render.receipts.json import FORMAT_VERSION
from edatool.render.violations import VIOLATIONS
from edatool.runtime.publish.receipt import Outcome

SCHEMA = output(
    "What became of a payload: a line of JSON for each.",
    FORMAT_VERSION,
    {
        "file": or_null(text("the file of the payload, - for standard input")),
        "line": or_null(whole("its line, where each line is a payload")),
        "event": text("the event"),
        "outcome": one_of("what became of it", *get_args(Outcome)),
        "message_id": or_null(text("the id of the message")),
        "exchange": or_null(text("the exchange")),
        "key": or_null(text("the routing key")),
        "reason": or_null(text("why it was not confirmed")),
        "violations": VIOLATIONS,
        "payload?": text("the payload as it was; in the file of --rejects"),
    },
)
