"""What a diff in JSON consists of."""

from typing import get_args

from edatool.change.offline.declaration_changes import Section
from edatool.render.changes import DIFFERENCES
from edatool.render.diff.json import FORMAT_VERSION
from edatool.render.json_schema import each, names, one_of, or_null, output, record, text, whole
from edatool.render.plan.schema import PLAN

_CHANGE = one_of("what became of it", "added", "changed", "removed")
_FINDING = record(
    "a finding",
    {
        "code": text("its code, which edatool explain explains"),
        "severity": one_of("whether edatool validate fails for it", "error", "warning"),
        "message": text("what is wrong, and the way out"),
        "file": or_null(text("the file; of a commit COMMIT:FILE")),
        "line": or_null(whole("the line, from 1")),
        "column": or_null(whole("the column, from 1")),
    },
)

SCHEMA = output(
    "What a change of a spec does: the keys of a plan on a vhost that is exactly as before, and what no broker knows.",
    FORMAT_VERSION,
    {
        "against": text("what the spec is compared with"),
        "contracts": each(
            "the files of schemas that differ in more than their layout",
            record(
                "a file",
                {
                    "file": text("its name, relative to the spec"),
                    "change": _CHANGE,
                    "events": names("the events of whose contracts it is part"),
                    "added": names("what is new in it, by paths such as customer.tier.enum"),
                    "removed": names("what is no longer in it"),
                    "changed": names("what is otherwise"),
                },
            ),
        ),
        "declarations": each(
            "events, filters, consumers, producers, sources, SOAP services, triggers and deliveries that changed",
            record(
                "one of them",
                {
                    "kind": one_of("what it is", *get_args(Section)),
                    "name": text("its name"),
                    "change": _CHANGE,
                    "differences": DIFFERENCES,
                },
            ),
        ),
        "findings": record(
            "what is otherwise with what edatool validate finds",
            {
                "new": each("findings that were not there before", _FINDING),
                "mended": each("findings that are not there any more", _FINDING),
            },
        ),
        **PLAN,
    },
)
