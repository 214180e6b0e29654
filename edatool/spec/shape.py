"""What a value of the format may look like.

From the same shapes values are checked (``check``) and editors are told (``json_schema``), so what
``edatool validate`` allows and what an editor completes cannot differ.
"""

import re
from collections.abc import Mapping, Sequence
from typing import assert_never

from edatool.frozen import frozen


@frozen
class Text:
    """A string of at least ``least`` characters; ``like`` says in words what it is."""

    like: str = "a string"
    least: int = 1


@frozen
class Integer:
    """A whole number within its bounds."""

    minimum: int = 0
    maximum: int = 2**63 - 1


@frozen
class Boolean:
    """True or false."""


@frozen
class OneOf:
    """One of a few values."""

    options: tuple[str | int, ...]


@frozen
class Quantity:
    """A number with a unit, ``5s`` or ``10MiB``; a bare whole number too where ``bare`` says what it counts."""

    units: tuple[str, ...]
    like: str
    bare: str | None = None


@frozen
class Scalar:
    """A string, a whole number or a boolean: what AMQP arguments and headers are made of here."""


@frozen
class Json:
    """Any JSON value."""


@frozen
class ListOf:
    """A list of one kind of item, with at least ``least`` of them."""

    item: "Shape"
    least: int = 0


@frozen
class MapOf:
    """A mapping from names of the user's choice to one kind of value."""

    value: "Shape"
    least: int = 0


@frozen
class RecordField:
    """A key of a record: its value's shape, what it is for, and whether it must be there."""

    shape: "Shape"
    about: str
    required: bool = False


@frozen
class Record:
    """A mapping with known keys. ``none_is_empty``: nothing after the colon means all defaults.

    Of the keys of each group in ``exactly_one`` one must be there; of those in ``at_most_one`` one may.
    ``secret``: what stands in place of the mapping may be a secret, and is not repeated.
    """

    fields: Mapping[str, RecordField]
    none_is_empty: bool = False
    exactly_one: tuple[tuple[str, ...], ...] = ()
    at_most_one: tuple[tuple[str, ...], ...] = ()
    secret: bool = False


@frozen
class Either:
    """One of several shapes of different JSON types; ``like`` says them in words.

    ``secret``: a wrong value may hold a secret, and is not repeated.
    """

    options: tuple["Shape", ...]
    like: str
    secret: bool = False


Shape = Text | Integer | Boolean | OneOf | Quantity | Scalar | Json | ListOf | MapOf | Record | Either


def accepts(shape: Shape, value: object) -> bool:
    """Whether a scalar shape allows a value; shapes of containers are not asked."""
    match shape:
        case Text():
            return isinstance(value, str) and len(value) >= shape.least
        case Integer():
            return isinstance(value, int) and not isinstance(value, bool) and shape.minimum <= value <= shape.maximum
        case Boolean():
            return isinstance(value, bool)
        case OneOf():
            return any(type(value) is type(option) and value == option for option in shape.options)
        case Quantity():
            if isinstance(value, int):
                return bool(shape.bare) and not isinstance(value, bool) and 0 <= value < 2**63
            return isinstance(value, str) and re.fullmatch(quantity_pattern(shape), value) is not None
        case Scalar():
            return isinstance(value, (str, bool)) or (isinstance(value, int) and -(2**63) <= value < 2**63)
        case Json():
            return True
        case _:
            return False


def shape_at(shape: Shape, path: Sequence[str | int]) -> Shape | None:
    """Return the shape of what stands at a path; None where it depends on what stands there, or nothing may."""
    for part in path:
        match shape:
            case Record() if part in shape.fields:
                shape = shape.fields[str(part)].shape
            case MapOf():
                shape = shape.value
            case ListOf():
                shape = shape.item
            case _:
                return None
    return shape


def expected(shape: Shape) -> str:
    """Say in words what a shape wants: the first half of «... is needed»."""
    match shape:
        case Text():
            return shape.like
        case Integer(minimum=minimum) if minimum == -(2**63):
            return "a whole number"
        case Integer():
            bounded = shape.maximum < 2**63 - 1
            return (
                f"a whole number from {shape.minimum} to {shape.maximum}"
                if bounded
                else f"a whole number of at least {shape.minimum}"
            )
        case Boolean():
            return "true or false"
        case OneOf():
            return listed([str(option) for option in shape.options], "or")
        case Quantity():
            return f"{shape.like} ({', '.join(shape.units)}{', or ' + shape.bare if shape.bare else ''})"
        case Scalar():
            return "a string, a whole number, true or false"
        case Json():
            return "any value"
        case ListOf():
            return "a list"
        case MapOf() | Record():
            return "a mapping"
        case Either():
            return shape.like
        case _:
            assert_never(shape)


def shown(value: object, written: str | None = None) -> str:
    """Name a wrong value briefly, as the user wrote it: ``written`` where that is known of what is no string."""
    if written and not written.startswith("#"):
        return written if len(written) <= 60 and written.isprintable() else shown(written)
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def quantity_pattern(shape: Quantity) -> str:
    """Return the regular expression of the strings that a quantity may be."""
    return f"[0-9]{{1,15}}({'|'.join(shape.units)})"


def listed(words: Sequence[str], last: str) -> str:
    """Join words with commas, and ``last`` before the last."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
