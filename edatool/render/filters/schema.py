"""What tried filters in JSON consist of."""

from edatool.render.filters.json import FORMAT_VERSION
from edatool.render.json_schema import boolean, each, or_null, output, record, text, whole

SCHEMA = output(
    "What a filter says of payloads.",
    FORMAT_VERSION,
    {
        "payloads": each(
            "the payloads",
            record(
                "one payload",
                {
                    "payload": text("its file, or which example of the schema it is"),
                    "matches": boolean("whether the filter matches"),
                    "failures": each(
                        "why it does not",
                        record(
                            "a condition that is not met",
                            {
                                "message": text("which, and what stands there"),
                                "file": or_null(text("the file of the condition")),
                                "line": or_null(whole("its line, from 1")),
                                "column": or_null(whole("its column, from 1")),
                            },
                        ),
                    ),
                },
            ),
        )
    },
)
