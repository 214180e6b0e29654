"""The paths of a source, in the words of filters: ``data.order.id`` in the body, ``headers.x-event`` beside it."""

from edatool.filters.content import MISSING, Content
from edatool.filters.paths import names_of

ROOTS = ("data", "headers")
Names = tuple[str, ...]


def read_path(text: str) -> Names | str:
    """Read a path into what comes; a malformed one gives the sentence that says what is wrong."""
    names = names_of(text)
    if names[0] not in ROOTS:
        return f"the path {text!r} begins with none of data and headers: a field of the body is data.{text}"
    if not all(names) or (names[0] == "headers" and len(names) != 2):
        return f"the path {text!r} leads nowhere: write data.path.to.field or headers.NAME"
    return ("headers", names[1].lower()) if names[0] == "headers" else names


def value_at(names: Names, content: Content) -> object:
    """Return what stands at a path, ``MISSING`` where nothing does."""
    value: object = content.root()
    for name in names:
        if not isinstance(value, dict) or name not in value:
            return MISSING
        value = value[name]
    return value
