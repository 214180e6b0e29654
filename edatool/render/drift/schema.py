"""What drift in JSON consists of."""

from edatool.render.changes import CHANGE, DIFFERENCES
from edatool.render.drift.json import FORMAT_VERSION
from edatool.render.json_schema import anything, boolean, each, one_of, or_null, output, record, text, whole
from edatool.render.objects import OBJECT

_SAID = {
    "source": text("where: the queue, or a policy by its name"),
    "value": anything("what is said"),
}

SCHEMA = output(
    "What on the broker is not as the last apply left it.",
    FORMAT_VERSION,
    {
        "last_apply": record(
            "the last apply of the spec",
            {"serial": whole("its number"), "complete": boolean("whether it came to its end")},
        ),
        "drifts": each(
            "what others did",
            record(
                "an object, and what became of it",
                {
                    "drift": one_of(
                        "changed or deleted by others, there again although removed, or a binding of others to ours",
                        "changed",
                        "vanished",
                        "returned",
                        "attached",
                    ),
                    **OBJECT,
                    "differences?": DIFFERENCES,
                    "owner?": or_null(text("the spec that an attached binding is from")),
                },
            ),
        ),
        "unapplied": each("what the spec says otherwise than the last apply did", CHANGE),
        "shadowed": each(
            "settings of queues that are said in several places",
            record(
                "a setting",
                {
                    "queue": text("the queue"),
                    "setting": text("the setting"),
                    "holds": record("what holds", _SAID),
                    "without_effect": each("what does not", record("one of them", _SAID)),
                },
            ),
        ),
    },
)
