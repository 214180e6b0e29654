"""What explained codes in JSON consist of."""

from edatool.render.json_schema import boolean, each, named, names, one_of, output, record, text
from edatool.render.rules.json import FORMAT_VERSION

_EXAMPLE = {
    "files": named("the files of the example by their names", {"type": "string"}),
    "command": text("the command that is run on them"),
    "findings": names("what it prints"),
}

SCHEMA = output(
    "What the codes of findings mean.",
    FORMAT_VERSION,
    {
        "rules": each(
            "the codes",
            record(
                "a code",
                {
                    "code": text("the code"),
                    "name": text("its name"),
                    "severity": one_of("error: a spec with it may not be acted on", "error", "warning"),
                    "by_default": boolean("whether it is asked where neither the spec nor a profile says so"),
                    "profiles": names("the profiles that ask for it"),
                    "summary": text("what is wrong, in a sentence"),
                    "why": text("why it matters, and what to do"),
                    "bad": record("an example that has it", _EXAMPLE),
                    "good": record("one that has not", _EXAMPLE),
                },
            ),
        )
    },
)
