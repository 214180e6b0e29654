"""What a checkup in JSON consists of."""

from edatool.render.checkup.json import FORMAT_VERSION
from edatool.render.json_schema import each, one_of, output, record, text

SCHEMA = output(
    "What stands between us and a broker.",
    FORMAT_VERSION,
    {
        "checks": each(
            "what was looked at, from the outside in",
            record(
                "one thing",
                {
                    "name": text("what was looked at"),
                    "state": one_of("how it is", "ok", "warning", "error"),
                    "says": text("what was found, and the way out of what is not ok"),
                },
            ),
        )
    },
)
