"""A parsed filter: conditions on the content of a message.

A pattern is an ``Object``. Under its fields stand ``Object`` again, or ``Values``: a list of tests of which one must
hold. What lies below an array is asked of its elements, one by one.
"""

from collections.abc import Sequence
from dataclasses import field
from ipaddress import IPv4Network, IPv6Network
from typing import Literal

from edatool.contracts.regexes.regex import Regex
from edatool.frozen import frozen

Scalar = str | int | float | bool | None
FieldPath = tuple[str, ...]
Operator = Literal["=", "!=", "<", "<=", ">", ">="]


@frozen
class Equal:
    """The value itself; 1 is 1.0, but neither ``"1"`` nor true, and null is not a missing field."""

    value: Scalar
    boolean: bool = field(init=False, repr=False)
    """Keeps true apart from 1, which Python finds equal."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "boolean", isinstance(self.value, bool))


@frozen
class Prefix:
    """A string begins so; with ``fold``, whatever the case (``text`` is folded already)."""

    text: str
    fold: bool = False


@frozen
class Suffix:
    """A string ends so; with ``fold``, whatever the case (``text`` is folded already)."""

    text: str
    fold: bool = False


@frozen
class IgnoreCase:
    """A string is this one, whatever the case; ``text`` is folded already."""

    text: str


@frozen
class Wildcard:
    """A string consists of these pieces, with anything between them."""

    pieces: tuple[str, ...]


@frozen
class Numeric:
    """A number compares so with all of these; with ``double`` as a floating-point number of 64 bits."""

    comparisons: tuple[tuple[Operator, int | float], ...]
    double: bool = False


@frozen
class Cidr:
    """A string is an IP address of this network."""

    network: IPv4Network | IPv6Network


@frozen
class Matching:
    """A regular expression is found in a string."""

    regex: Regex


@frozen
class AnythingBut:
    """A value of any type for which none of these tests holds."""

    tests: tuple["LeafTest", ...]


@frozen
class Exists:
    """The field is there, or is not. ``leaf``: only scalars count as being there, as EventBridge has it."""

    wanted: bool
    leaf: bool = False


@frozen
class Every:
    """The field is there, and each element of its array is so; a value that is no array counts as one element."""

    node: "Node"


@frozen
class Never:
    """The field is there, and no element of its array is so; a value that is no array counts as one element."""

    node: "Node"


LeafTest = Equal | Prefix | Suffix | IgnoreCase | Wildcard | Numeric | Cidr | Matching | AnythingBut
"""A test of one scalar."""

WholeTest = Exists | Every | Never
"""A test of a field as a whole: of whether it is there, and of all elements of its array."""

Test = LeafTest | WholeTest


@frozen
class Values:
    """One of the tests holds, for any element where there is an array; ``at`` is where it stands in what was parsed."""

    tests: tuple[Test, ...]
    at: tuple[str | int, ...] = ()


@frozen
class AnyOf:
    """``$or``: one of these holds for the object."""

    options: tuple["Object", ...]
    at: tuple[str | int, ...] = ()


@frozen
class AllOf:
    """``$and``: all of these hold for the object."""

    options: tuple["Object", ...]
    at: tuple[str | int, ...] = ()


@frozen
class Not:
    """``$not``: this does not hold for the object."""

    option: "Object"
    at: tuple[str | int, ...] = ()


@frozen
class Absent:
    """No value is found at ``path`` below the object, in no element of an array on the way either."""

    path: FieldPath
    leaf: bool = False
    at: tuple[str | int, ...] = ()


@frozen
class Object:
    """All of this holds for one object: for the same element where there is an array.

    A name stands several times in ``fields`` where its field is asked several things that do not depend on each other.
    Where there is no object, it is asked of an empty one.
    """

    fields: tuple[tuple[str, "Node"], ...] = ()
    absent: tuple[Absent, ...] = ()
    combined: tuple[AnyOf | AllOf | Not, ...] = ()


Node = Object | Values


@frozen
class Filter:
    """A pattern that can be matched, and which language it was written in."""

    pattern: Object
    eventbridge: bool = False


def joined(path: Sequence[str]) -> str:
    """Write a path as it stands in a filter, with the dots inside names escaped."""
    return ".".join(name.replace(".", "\\.") for name in path)
