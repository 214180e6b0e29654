"""What findings in JSON consist of."""

from edatool.render.findings.json import FORMAT_VERSION
from edatool.render.json_schema import each, one_of, or_null, output, record, text, whole

_PLACE = {"line": whole("the line, from 1"), "column": whole("the column, from 1")}
_FIX = record(
    "the one right answer, where there is one",
    {
        "description": text("what it does"),
        "edits": each(
            "the edits that it consists of",
            record(
                "other text in a file",
                {
                    "file": text("the file"),
                    "start": record("from here", _PLACE),
                    "end": record("up to here, the place behind it", _PLACE),
                    "text": text("what is to stand there"),
                },
            ),
        ),
    },
)

_FINDING = {
    "code": text("its code, which edatool explain explains"),
    "name": text("the name of its rule"),
    "severity": one_of("whether edatool validate fails for it", "error", "warning"),
    "message": text("what is wrong, and the way out"),
    "file": or_null(text("the file")),
    "line": or_null(whole("the line, from 1")),
    "column": or_null(whole("the column, from 1")),
    "fingerprint": text("what it is known by also where lines above it are added or removed"),
    "fix": or_null(_FIX),
}

SCHEMA = output(
    "What is wrong with a spec and its schemas.",
    FORMAT_VERSION,
    {
        "findings": each("all of it that counts, in the order of the files", record("one finding", _FINDING)),
        "ignored": each(
            "what does not count, as somebody says",
            record("one finding", {**_FINDING, "reason": text("why it does not count")}),
        ),
    },
)
