"""The page docs/reference/json.md, made of what is printed in JSON."""

import json
from collections.abc import Iterator

from tests.render import golden_texts

HEAD = """\
# JSON

What commands print with `--format json`. The keys are part of the format, and stay while its `format_version` does;
further keys may come, so leave alone what you do not know. This page is made of what the commands
print for a small shop.

`[]` stands for each item of a list, and `*` for a name of yours.
"""
COMMANDS = {
    "checkup": "doctor",
    "drift": "drift",
    "dry_run": "publish --dry-run",
    "filters": "filter test",
    "findings": "validate",
    "ledgers": "ledger",
    "node": "broker start, status and stop",
    "outbox": "outbox status",
    "plan": "plan",
    "receipts": "publish",
    "relayed": "outbox relay",
    "rules": "explain",
    "tests": "test",
    "trace": "route",
}
"""The command that shows each value."""
NAMED_BY_USERS = {"arguments", "headers", "definition", "payload"}
"""Keys of objects whose own keys are names that users chose."""


def page() -> str:
    """Return the text of the page."""
    lines = [HEAD]
    for folder, formats in golden_texts.formats().items():
        if "json" in formats.names:
            lines += [f"## edatool {COMMANDS[folder]}", "", "| key | type | for example |", "|---|---|---|"]
            lines += [*_keys(folder), ""]
    return "\n".join(lines)


def _keys(folder: str) -> Iterator[str]:
    """Yield a line for each key in any of the texts of a folder."""
    found: dict[str, dict[str, str]] = {}
    texts = [text for name, text in golden_texts.kept().items() if name.startswith(f"{folder}/")]
    for text in (one for one in texts if one.startswith("{")):
        for key, value in _walk("", json.loads(text)):
            found.setdefault(key, {}).setdefault(_type(value), _example(value))
    for key, types in found.items():
        example = next((one for one in types.values() if one), "")
        yield f"| `{key}` | {' or '.join(types)} | {example} |"


def _walk(path: str, value: object) -> Iterator[tuple[str, object]]:
    if path and not path.endswith("[]"):
        yield path, value
    match value:
        case dict():
            for name, below in value.items():
                one = "*" if path.rpartition(".")[2] in NAMED_BY_USERS else name
                yield from _walk(f"{path}.{one}" if path else one, below)
        case list():
            for below in value:
                yield from _walk(f"{path}[]", below)


def _type(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case dict():
            return "object"
        case _:
            return "array"


def _example(value: object) -> str:
    if value is None or isinstance(value, (dict, list)):
        return ""
    text = json.dumps(value, ensure_ascii=False).replace("|", "\\|")
    return f"`{text}`" if len(text) <= 60 else f"`{text[:59]}`…"
