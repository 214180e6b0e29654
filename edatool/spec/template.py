"""Key templates: ``order.{region}.placed`` names fields of the payload."""

import re

from edatool.frozen import frozen

_PART = re.compile(r"\{([^{}]*)\}|([{}])")


@frozen
class FieldPath:
    """The way to a field of the payload, ``customer.tier`` as ``("customer", "tier")``."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.names)


@frozen
class Template:
    """A key as its parts in order: literal text and fields."""

    parts: tuple[str | FieldPath, ...]

    @property
    def fields(self) -> tuple[FieldPath, ...]:
        """The fields the key is built from, in order."""
        return tuple(part for part in self.parts if isinstance(part, FieldPath))

    def __str__(self) -> str:
        return "".join(part if isinstance(part, str) else f"{{{part}}}" for part in self.parts)


def parse_path(text: str) -> FieldPath | None:
    """Read ``customer.tier``; None where a name between dots is empty."""
    names = tuple(text.split("."))
    return FieldPath(names) if all(names) else None


def parse(text: str) -> Template | str:
    """Read a template; a malformed one gives the sentence that says what is wrong."""
    parts: list[str | FieldPath] = []
    end = 0
    for match in _PART.finditer(text):
        if match[2]:
            return f"the key {text!r} has a lone {match[2]}: fields are written {{path.to.field}}"
        path = parse_path(match[1])
        if path is None:
            return f"the key {text!r} has an empty field name: fields are written {{path.to.field}}"
        parts += [text[end : match.start()], path]
        end = match.end()
    parts.append(text[end:])
    return Template(tuple(part for part in parts if part != ""))
