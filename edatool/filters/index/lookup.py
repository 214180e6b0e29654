"""All that is asked of one field, laid out in tables by the doors of its tests: from a value to what is behind them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

from edatool.filters.case import lowered
from edatool.filters.index.doors import Door, Kind
from edatool.filters.index.intervals import intervals
from edatool.filters.index.networks import networks
from edatool.filters.matches import elements
from edatool.frozen import frozen

T = TypeVar("T")
U = TypeVar("U")

Search = Callable[[Any], Iterable[T] | None]
"""From a scalar to what is found by it."""


@frozen
class Lookup(Generic[T]):
    """Searches by the type of a scalar, and what is behind the doors that are open for nearly all values."""

    searches: Mapping[type, tuple[Search[T], ...]]
    there: tuple[T, ...]
    """What is found for any value."""
    but: "_But[T] | None"
    """What is found for scalars that are not refused."""

    def found(self, value: object) -> list[T]:
        """Return what is behind open doors for the value of a field, an array too."""
        scalars = [one for one in elements(value) if not isinstance(one, dict)]
        found = list(self.there)
        for scalar in scalars:
            for search in self.searches_for(scalar):
                found += search(scalar) or ()
        if self.but and scalars:
            found += self.but.found(scalars)
        return found if len(scalars) == 1 else list({id(one): one for one in found}.values())

    def searches_for(self, scalar: object) -> tuple[Search[T], ...]:
        """Return the searches for a scalar of whatever type."""
        known = self.searches.get(type(scalar))
        if known is None:
            kind = next((kind for kind in (bool, str, int, float) if isinstance(scalar, kind)), type(None))
            known = self.searches[kind]
        return known


@frozen
class _But(Generic[T]):
    """What is found by its number, if ``refused`` does not find that."""

    refused: Lookup[list[int]]
    others: Sequence[T]

    def found(self, scalars: Iterable[object]) -> list[T]:
        """Return what some scalar is not refused by."""
        refused = set.intersection(*(set().union(*self.refused.found(one)) for one in scalars))
        return [one for number, one in enumerate(self.others) if number not in refused]


def lookup(given: Mapping[Door, list[U]], pack: Callable[[list[U]], T]) -> Lookup[T]:
    """Lay out what is behind doors; ``pack`` makes one of all that is behind the same."""
    by_kind: dict[Kind, dict[Any, list[U]]] = {}
    for door, behind in given.items():
        by_kind.setdefault(door.kind, {}).setdefault(door.key, []).extend(behind)

    def table(kind: Kind) -> dict[Any, tuple[T]]:
        return {key: (pack(behind),) for key, behind in by_kind[kind].items()}

    def each(kind: Kind) -> Iterator[tuple[Any, U]]:
        return ((key, one) for key, behind in by_kind[kind].items() for one in behind)

    values: list[Search[T]] = [table("value").get] if "value" in by_kind else []
    truths: list[Search[T]] = [table("truth").get] if "truth" in by_kind else []
    texts: list[Search[T]] = []
    if "folded" in by_kind:
        texts.append(_folded(table("folded")))
    if "prefix" in by_kind:
        texts += [_beginning(length, found.get) for length, found in _by_length(table("prefix")).items()]
    if "suffix" in by_kind:
        texts += [_end(length, found.get) for length, found in _by_length(table("suffix")).items()]
    if "gram" in by_kind:
        texts += [_inside(length, found) for length, found in _by_length(table("gram")).items()]
    if "network" in by_kind:
        texts.append(networks(each("network"), pack).around)
    numbers: list[Search[T]] = []
    if "span" in by_kind:
        numbers.append(intervals(each("span"), pack).around)
    if "double" in by_kind:
        numbers.append(intervals(each("double"), pack).around_double)
    return Lookup(
        {
            str: (*values, *texts),
            int: (*values, *numbers),
            float: (*values, *numbers),
            bool: (*truths,),
            type(None): (*values,),
        },
        tuple(map(pack, by_kind.get("there", {}).values())),
        _but(by_kind["but"], pack) if "but" in by_kind else None,
    )


def _but(given: Mapping[tuple[Door, ...], list[U]], pack: Callable[[list[U]], T]) -> _But[T]:
    refused: dict[Door, list[int]] = {}
    for number, doors in enumerate(given):
        for door in doors:
            refused.setdefault(door, []).append(number)
    return _But(lookup(refused, list), list(map(pack, given.values())))


def _by_length(table: Mapping[str, tuple[T]]) -> dict[int, dict[str, tuple[T]]]:
    by_length: dict[int, dict[str, tuple[T]]] = {}
    for text, found in table.items():
        by_length.setdefault(len(text), {})[text] = found
    return by_length


def _folded(table: Mapping[str, tuple[T]]) -> Search[T]:
    return lambda text: table.get(lowered(text))


def _beginning(length: int, get: Search[T]) -> Search[T]:
    return lambda text: get(text[:length])


def _end(length: int, get: Search[T]) -> Search[T]:
    return lambda text: get(text[len(text) - length :]) if len(text) >= length else None


def _inside(length: int, table: Mapping[str, tuple[T]]) -> Search[T]:
    """Return what finds each part of a text, at most one look for each of its characters."""

    def search(text: str) -> list[T]:
        parts = {text[start : start + length] for start in range(len(text) - length + 1)}
        return [one for part in parts & table.keys() for one in table[part]]

    return search
