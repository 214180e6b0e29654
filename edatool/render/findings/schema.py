"""What findings in JSON consist of."""

from edatool.render.findings.json import FORMAT_VERSION
from edatool.render.json_schema import each, one_of, or_null, output, record, text, whole

SCHEMA = output(
    "What is wrong with a spec and its schemas.",
    FORMAT_VERSION,
    {
        "findings": each(
            "all of it, in the order of the files",
            record(
                "one finding",
                {
                    "code": text("its code, which edatool explain explains"),
                    "severity": one_of("whether edatool validate fails for it", "error", "warning"),
                    "message": text("what is wrong, and the way out"),
                    "file": or_null(text("the file")),
                    "line": or_null(whole("the line, from 1")),
                    "column": or_null(whole("the column, from 1")),
                },
            ),
        )
    },
)
