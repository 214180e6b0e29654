"""HTML put together of elements, so that no text can become anything but text."""

from collections.abc import Iterable
from html import escape

from edatool.visible import joined

_VOID = frozenset(("br", "hr", "input", "link", "meta", "wbr"))


class Markup(str):
    """HTML that ``element`` made, which is not escaped again."""

    __slots__ = ()


def element(tag: str, *children: object, **attributes: str | bool | None) -> Markup:
    """Return an element.

    A child is ``Markup``, a text, which is escaped, a list of children, or None, which is nothing. Of the names of
    attributes ``_`` at the end is left out, and others are ``-``; False and None leave an attribute out.
    """
    inner = content(*children)
    given = "".join(_attribute(name, value) for name, value in attributes.items() if value not in (None, False))
    return Markup(f"<{tag}{given}>" if tag in _VOID else f"<{tag}{given}>{inner}</{tag}>")


def content(*children: object) -> Markup:
    """Return children as they stand in an element."""
    return Markup("".join(_child(one) for one in children))


def _child(one: object) -> str:
    match one:
        case Markup():
            return one
        case str():
            return escape(joined(one.split("\n")), quote=False)
        case None:
            return ""
        case Iterable():
            return "".join(map(_child, one))
        case _:
            raise TypeError(f"{one!r} is no text")


def _attribute(name: str, value: str | bool | None) -> str:
    named = name.rstrip("_").replace("_", "-")
    return f" {named}" if value is True else f' {named}="{escape(joined(str(value).split(chr(10))))}"'
