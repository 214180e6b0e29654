"""What schemas claim about one value, and how claims combine."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from edatool.frozen import frozen

Bound = tuple[int | float, bool]
"""A number, and whether it is itself excluded."""
Limit = TypeVar("Limit", Bound, int)


@frozen
class Claims:
    """What is known of a value: nothing, unless a field says otherwise.

    ``mentioned``: some schema speaks of it. ``forbidden``: it cannot be there. ``demanded``: it is there
    whenever the object around it is there. ``types``, ``values``, ``pattern``, ``low``, ``high``, ``longest``: as in
    ``fields.PayloadField``, but the type ``number`` comes with ``integer``, so that what both have in common is found.
    """

    mentioned: bool = False
    forbidden: bool = False
    demanded: bool = False
    types: frozenset[str] | None = None
    values: tuple[object, ...] | None = None
    pattern: str | None = None
    low: Bound | None = None
    high: Bound | None = None
    longest: int | None = None

    def allows(self, type_: str) -> bool:
        """Say whether the value may be of this type."""
        return self.types is None or type_ in self.types


NOTHING = Claims()


def of_types(types: Iterable[str]) -> Claims:
    """Return the claim that a value is of one of these types."""
    named = frozenset(types)
    return Claims(types=named | {"integer"} if "number" in named else named)


def of_values(values: Sequence[object]) -> Claims:
    """Return the claim that a value is one of these."""
    return Claims(types=frozenset(_type(value) for value in values), values=tuple(values))


def both(one: Claims, other: Claims) -> Claims:
    """Return what holds where both claims hold."""
    types = _common(one.types, other.types)
    values = _common_values(one.values, other.values)
    if values is not None:
        values = tuple(value for value in values if types is None or _type(value) in types)
    return Claims(
        mentioned=one.mentioned or other.mentioned,
        forbidden=one.forbidden or other.forbidden or types == frozenset() or values == (),
        demanded=one.demanded or other.demanded,
        types=types,
        values=values,
        pattern=other.pattern if one.pattern is None else one.pattern,
        low=max(_both(one.low, other.low), default=None),
        high=min(_both(one.high, other.high), key=_from_above, default=None),
        longest=min(_both(one.longest, other.longest), default=None),
    )


def either(one: Claims, other: Claims) -> Claims:
    """Return what holds where one of the claims holds, nobody knows which."""
    mentioned = one.mentioned or other.mentioned
    # Where the value is forbidden, nothing has to be said of its type.
    for this, that in ((one, other), (other, one)):
        if this.forbidden:
            return replace(that, mentioned=mentioned, demanded=False)
    return Claims(
        mentioned=mentioned,
        demanded=one.demanded and other.demanded,
        types=None if one.types is None or other.types is None else one.types | other.types,
        values=None if one.values is None or other.values is None else one.values + other.values,
        pattern=one.pattern if one.pattern == other.pattern else None,
        low=None if one.low is None or other.low is None else min(one.low, other.low),
        high=None if one.high is None or other.high is None else max(one.high, other.high, key=_from_above),
        longest=None if one.longest is None or other.longest is None else max(one.longest, other.longest),
    )


def _both(one: Limit | None, other: Limit | None) -> list[Limit]:
    return [bound for bound in (one, other) if bound is not None]


def _from_above(bound: Bound) -> tuple[int | float, bool]:
    """Order upper bounds: of two at one number, the one that excludes it is the lower."""
    return bound[0], not bound[1]


def _common(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _common_values(one: tuple[object, ...] | None, other: tuple[object, ...] | None) -> tuple[object, ...] | None:
    if one is None or other is None:
        return other if one is None else one
    # Python's equality takes 1 for True: where JSON would keep less, keeping more claims less.
    return tuple(value for value in one if value in other)


def _type(value: object) -> str:
    """Return the narrowest JSON Schema type of a value; 1.0 is an integer (JSON Schema, section 4.2.3)."""
    if isinstance(value, float):
        return "integer" if value.is_integer() else "number"
    names = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer"}
    return names.get(type(value), "null")
