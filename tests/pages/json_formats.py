"""The page docs/reference/json.md, made of the schemas of what is printed in JSON."""

from collections.abc import Iterator
from typing import Any

from edatool.cli.main import edatool as command_line
from edatool.render.schemas import OUTPUTS, schema_of
from tests.render import golden_texts

HEAD = """\
# JSON

What commands print with `--format json`. The keys are part of the format, and stay while its `format_version` does;
further keys may come, so leave alone what you do not know. `edatool schema --of NAME` prints the JSON Schema of each
as it is here, and `edatool schema --publish FOLDER` writes all of them. This page is made of those.
Where a file is wrong, so that a command does not even begin, it prints what `edatool validate` prints, and exits
with 1.

`[]` stands for each item of a list. A key in brackets is not always there.
"""


def page() -> str:
    """Return the text of the page."""
    lines = [HEAD]
    for folder in dict.fromkeys(OUTPUTS.values()):
        names = [name for name, one in OUTPUTS.items() if one == folder]
        schema: Any = schema_of(names[0])
        lines += [f"## {', '.join(f'edatool {_command(name)}' for name in names)}", "", schema["description"], ""]
        lines += ["| key | type | meaning |", "|---|---|---|", *_rows(schema, ""), ""]
    return "\n".join(lines)


def _command(name: str) -> str:
    """Return the command of an output as it is typed; what comes behind it is an option."""
    words = name.split("-")
    typed = {"-".join(path): " ".join(path) for path, _ in golden_texts.commands(command_line)}
    count, command = next((n, typed[c]) for n in range(len(words), 0, -1) if (c := "-".join(words[:n])) in typed)
    option = "-".join(words[count:])
    return f"{command} --{option}" if option else command


def _rows(schema: Any, path: str) -> Iterator[str]:
    """Yield a line for each key below a schema."""
    for key, one in schema.get("properties", {}).items():
        name = f"{path}{key}"
        shown = f"`{name}`" if key in schema["required"] else f"[`{name}`]"
        yield f"| {shown} | {_type(one)} | {one['description']} |"
        yield from _below(one, name)


def _below(one: Any, name: str) -> Iterator[str]:
    yield from _rows(one, f"{name}.")
    item = one.get("items", {})
    yield from _rows(item, f"{name}[].")


def _type(one: Any) -> str:
    if "const" in one:
        return f"`{one['const']}`"
    found = one.get("type", "any")
    words = [found] if isinstance(found, str) else list(found)
    if "enum" in one:
        words = [", ".join(f"`{word}`" for word in one["enum"]), *(word for word in words if word == "null")]
    return " or ".join(words)
