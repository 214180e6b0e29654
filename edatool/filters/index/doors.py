"""How the value is found for which a test holds: by a look into a table, instead of trying the test."""

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from edatool.filters.index.intervals import spans
from edatool.filters.index.literal import literal
from edatool.filters.pattern import (
    AnythingBut,
    Cidr,
    Equal,
    Every,
    Exists,
    IgnoreCase,
    Matching,
    Never,
    Numeric,
    Prefix,
    Suffix,
    Test,
    Wildcard,
)
from edatool.frozen import frozen

_GRAM = 4

Kind = Literal["value", "truth", "folded", "prefix", "suffix", "span", "double", "network", "gram", "but", "there"]


@frozen
class Door:
    """A kind of table, and where in it; without ``exact`` the test may not hold for what is found there."""

    kind: Kind
    key: Any = None
    exact: bool = True

    @property
    def is_wide(self) -> bool:
        """Whether nearly all values lead through it."""
        return self.kind in ("but", "there")

    @property
    def is_span(self) -> bool:
        """Whether its key is an interval."""
        return self.kind in ("span", "double")


_MAYBE = Door("there", exact=False)


def doors(tests: Iterable[Test]) -> list[Door]:
    """Return doors of which one at least is open for each value that any of the tests holds for.

    No test may ask for a field that is not there.
    """
    return list(dict.fromkeys(door for test in tests for door in _doors(test)))


def _doors(test: Test) -> Iterator[Door]:
    match test:
        case Equal(value):
            yield Door("truth" if test.boolean else "value", value)
        case Numeric():
            yield from (Door("double" if test.double else "span", span) for span in spans(test))
        case Exists(wanted=True):
            yield Door("but", ()) if test.leaf else Door("there")
        case AnythingBut(tests):
            refused = doors(tests)
            exact = all(door.exact and not door.is_wide for door in refused)
            yield Door("but", tuple(refused)) if exact else _MAYBE
        case Every() | Never() | Exists():
            yield _MAYBE
        case _:
            yield _of_text(test)


def _of_text(test: Prefix | Suffix | IgnoreCase | Wildcard | Cidr | Matching) -> Door:
    match test:
        case Prefix(text, fold=False) | Wildcard((text, "")):
            return Door("prefix", text)
        case Suffix(text, fold=False) | Wildcard(("", text)):
            return Door("suffix", text)
        case IgnoreCase(text):
            return Door("folded", text)
        case Cidr(network):
            return Door("network", network)
        case Wildcard(pieces):
            return _gram(max(pieces, key=len))
        case Matching(regex):
            return _gram(literal(regex.text))
        case Prefix() | Suffix():
            return _MAYBE


def _gram(text: str) -> Door:
    return Door("gram", text[-_GRAM:], exact=False) if text else _MAYBE
