"""Plain values to YAML text as a person would write it: what is short on one line, everything in the given order."""

import json
import re
from collections.abc import Iterator, Mapping

from edatool.visible import visible

WIDTH = 120

# What no reader takes for anything but a string; all else is quoted. YAML 1.1 reads more words as booleans.
_PLAIN = re.compile(r"[$A-Za-z_/][A-Za-z0-9_./*-]*|[0-9]{1,15}(ms|s|m|h|d|Y|M|B|KB|MB|GB|KiB|MiB|GiB)")
_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))


def as_routes(value: Mapping[str, object], comment: str) -> str:
    """Write a routes.yaml under a comment; a ``${`` in a string is escaped, so that no variable is read into it."""
    lines = [f"# {visible(line)}" for line in comment.splitlines()]
    for key, inner in _literal(value).items():
        if isinstance(inner, dict | list):
            lines.append("")
        lines += _entry(key, inner, "", opened=1)
    return "\n".join(lines) + "\n"


def as_documents(values: Iterator[Mapping[str, object]], opened: int) -> str:
    """Write YAML documents, in each the outer ``opened`` levels on lines of their own, however short they are."""
    texts = [
        "\n".join(line for key, inner in value.items() for line in _entry(key, inner, "", opened)) for value in values
    ]
    return "\n---\n".join(texts) + "\n"


def _literal(value: Mapping[str, object]) -> dict[str, object]:
    return {_escaped(key): _escaped_in(inner) for key, inner in value.items()}


def _escaped_in(value: object) -> object:
    match value:
        case dict():
            return _literal(value)
        case list():
            return [_escaped_in(item) for item in value]
        case str():
            return _escaped(value)
        case _:
            return value


def _escaped(text: str) -> str:
    return text.replace("${", "$${")


def _entry(key: str, value: object, indent: str, opened: int = 0) -> Iterator[str]:
    """Yield the lines of one entry of a mapping."""
    line = f"{indent}{quoted(key)}: {_flow(value)}"
    if _is_scalar(value) or (len(line) <= WIDTH and not opened):
        yield line
        return
    yield f"{indent}{quoted(key)}:"
    yield from _inside(value, indent + "  ", max(0, opened - 1))


def _inside(value: object, indent: str, opened: int = 0) -> Iterator[str]:
    """Yield the lines of a mapping or list that stands below its key."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _entry(key, inner, indent, opened)
    elif isinstance(value, list):
        for item in value:
            yield from _item(item, indent)


def _item(item: object, indent: str) -> Iterator[str]:
    line = f"{indent}- {_flow(item)}"
    if _is_scalar(item) or len(line) <= WIDTH:
        yield line
        return
    first, *others = _inside(item, indent + "  ")
    yield f"{indent}- {first.removeprefix(indent + '  ')}"
    yield from others


def _is_scalar(value: object) -> bool:
    return not value or not isinstance(value, dict | list)


def _flow(value: object) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{quoted(key)}: {_flow(inner)}" for key, inner in value.items()) + "}"
        case list():
            return "[" + ", ".join(_flow(item) for item in value) + "]"
        case str():
            return quoted(value)
        case float():
            # YAML 1.1 takes 1e-07 for a string, and 1.0e-07 for a number.
            return re.sub(r"^(-?\d+)e", r"\1.0e", repr(value))
        case _:
            return json.dumps(value)


def quoted(text: str) -> str:
    """Write a string, in quotes where it could be read as anything else."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    # JSON leaves in a string what nobody sees, what turns the text around it, and what ends a line in YAML.
    return "".join(one if one.isprintable() else _by_number(one) for one in json.dumps(text, ensure_ascii=False))


def _by_number(one: str) -> str:
    return f"\\u{ord(one):04x}" if ord(one) < 0x10000 else f"\\U{ord(one):08x}"
