"""What ledgers in JSON consist of."""

from edatool.render.json_schema import boolean, each, names, or_null, output, record, text, whole
from edatool.render.ledgers.json import FORMAT_VERSION
from edatool.render.objects import OBJECT

SCHEMA = output(
    "What specs have put on a vhost.",
    FORMAT_VERSION,
    {
        "ledgers": each(
            "a ledger for each spec",
            record(
                "what one spec has put there",
                {
                    "spec": text("the name of the spec"),
                    "vhost": text("the vhost"),
                    "complete": boolean("whether its last apply came to its end"),
                    "objects": each("what is there of it", record("an object", OBJECT)),
                    "removed": each("what its last applies have removed", record("an object", OBJECT)),
                    "replacing": names("the queues and exchanges whose replacement is under way"),
                    "history": each(
                        "its last applies",
                        record(
                            "an apply",
                            {
                                "serial": whole("its number"),
                                "at": text("when it began, in UTC"),
                                "by": text("who, and on which machine"),
                                "revision": or_null(text("the commit of the repository that the spec is in")),
                                "created": whole("how many objects it was to create"),
                                "changed": whole("how many it was to change"),
                                "removed": whole("how many it was to remove"),
                                "complete": boolean("whether it came to its end"),
                            },
                        ),
                    ),
                },
            ),
        )
    },
)
