"""What results of routing tests in JSON consist of."""

from edatool.render.json_schema import boolean, each, names, number, or_null, output, record, text, whole
from edatool.render.tests.json import FORMAT_VERSION
from edatool.render.violations import VIOLATIONS

SCHEMA = output(
    "The results of routing tests.",
    FORMAT_VERSION,
    {
        "tests": each(
            "the tests in their order",
            record(
                "a test",
                {
                    "name": text("its name"),
                    "file": or_null(text("the file that it stands in")),
                    "line": or_null(whole("its line, from 1")),
                    "seconds": number("how long it took"),
                    "passed": boolean("whether it passed"),
                    "problems": names("what is not as expected"),
                    "expected": text("what it expects, in words"),
                    "reached": text("what became of the message, in words"),
                    "queues": names("the queues that got it"),
                    "maybe": names("the queues that may get it"),
                    "violations": VIOLATIONS,
                },
            ),
        ),
        "coverage": record(
            "what the tests reach of the spec",
            {
                "percent": number("how much of it, from 0 to 100"),
                "unreached_events": names("events that no test publishes"),
                "unreached_bindings": names("bindings that no test's message takes"),
                "unreached_queues": names("queues that no test's message reaches"),
            },
        ),
    },
)
