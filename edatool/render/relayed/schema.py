"""What the work of a relay in JSON consists of."""

from edatool.render.json_schema import output, whole
from edatool.render.relayed.json import FORMAT_VERSION

SCHEMA = output(
    "What a relay did.",
    FORMAT_VERSION,
    {
        "confirmed": whole("how many messages the broker has"),
        "refused": whole("how often it refused one"),
        "unanswered": whole("how often it did not answer"),
        "waiting": whole("how many are still to be sent"),
        "parked_messages": whole("how many are not tried any more"),
    },
)
