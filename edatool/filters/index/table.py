"""All conditions on one path: from a value to the bitmap of those that hold.

Equal values, prefixes and suffixes are looked up; numbers are searched; other tests are tried once each, however many
conditions share them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from edatool.filters.case import lowered
from edatool.filters.content import MISSING
from edatool.filters.index.extract import CONTAINERS, Crossed, key, plain
from edatool.filters.index.grams import Grams, grams
from edatool.filters.index.networks import Networks, networks
from edatool.filters.index.thresholds import Bound, Intervals, interval, intervals
from edatool.filters.matches import elements, fits, passes
from edatool.filters.pattern import (
    AnythingBut,
    Cidr,
    Equal,
    Every,
    Exists,
    IgnoreCase,
    LeafTest,
    Never,
    Numeric,
    Prefix,
    Suffix,
    Test,
    Values,
    WholeTest,
    Wildcard,
)

_FEW = 8
"""So many wildcards are worth the look at every part of a text."""


@dataclass(slots=True)
class Table:
    """Bitmaps by what they are found with.

    ``free`` are the bits without a condition here, ``asked`` those with one; ``negated``: it must not hold.
    ``but`` holds for all values besides those in ``but_not``, ``unequal`` for all numbers besides those in
    ``unequal_not``.
    """

    free: int
    asked: int
    negated: bool
    equal: dict[object, int] = field(default_factory=dict)
    folded: dict[str, int] = field(default_factory=dict)
    prefixes: dict[int, dict[str, int]] = field(default_factory=dict)
    suffixes: dict[int, dict[str, int]] = field(default_factory=dict)
    numbers: Intervals | None = None
    but: int = 0
    but_not: dict[object, int] = field(default_factory=dict)
    unequal: int = 0
    unequal_not: dict[object, int] = field(default_factory=dict)
    wildcards: Grams | None = None
    networks: Networks | None = None
    tests: dict[LeafTest, int] = field(default_factory=dict)
    wholes: dict[WholeTest, int] = field(default_factory=dict)
    missing: int = 0
    only_equal: bool = False

    def holding(self, value: object) -> int:
        """Return the bits whose condition holds for what was extracted; with ``Crossed``, those that may hold."""
        if value is MISSING:
            found = self.missing
        elif type(value) not in CONTAINERS:
            found = self.equal.get(value, 0) if self.only_equal else self._of_scalar(value)
            if self.wholes:
                found |= self._of_whole(value)
        elif isinstance(value, Crossed):
            return self.free | (self.asked if self.negated else self._of_crossed(value))
        else:
            found = self._of_elements(value) | self._of_whole(value)
        return self.free | (self.asked & ~found if self.negated else found)

    def _of_crossed(self, value: Crossed) -> int:
        found = self._of_elements(value.values)
        for bits in self.wholes.values():
            found |= bits
        return found

    def _of_elements(self, value: object) -> int:
        found = 0
        for one in elements(value):
            if not isinstance(one, dict):
                found |= self._of_scalar(key(one))
        return found

    def _of_whole(self, value: object) -> int:
        found = 0
        for test, bits in self.wholes.items():
            if passes(test, plain(value)):
                found |= bits
        return found

    def _of_scalar(self, value: object) -> int:
        found = self.equal.get(value, 0)
        if isinstance(value, str):
            found |= self._of_text(value)
        elif isinstance(value, (int, float)):
            found |= self._of_number(value)
        if self.but:
            found |= self.but & ~self.but_not.get(value, 0)
        for test, bits in self.tests.items():
            if bits & ~found and fits(test, plain(value)):
                found |= bits
        return found

    def _of_text(self, text: str) -> int:
        found = self.folded.get(lowered(text), 0) if self.folded else 0
        for length, by_text in self.prefixes.items():
            found |= by_text.get(text[:length], 0)
        for length, by_text in self.suffixes.items():
            found |= by_text.get(text[len(text) - length :], 0) if length <= len(text) else 0
        for wildcard, bits in self.wildcards.candidates(text) if self.wildcards else ():
            if bits & ~found and fits(wildcard, text):
                found |= bits
        return found | self.networks.around(text) if self.networks else found

    def _of_number(self, number: int | float) -> int:
        found = self.numbers.around(number) if self.numbers else 0
        return found | (self.unequal & ~self.unequal_not.get(number, 0)) if self.unequal else found


def table(conditions: Sequence[tuple[int, Values]], everyone: int, *, negated: bool) -> Table:
    """Lay out the conditions at one place, each with its bit; ``everyone`` are the bits of all."""
    asked = sum(bit for bit, _ in conditions)
    made = Table(everyone ^ asked, asked, negated)
    spans: list[tuple[Bound, Bound, int]] = []
    for bit, values in conditions:
        numbers = sum(isinstance(test, Numeric) for test in values.tests)
        buts = sum(isinstance(test, AnythingBut) for test in values.tests)
        for test in values.tests:
            span = interval(test) if isinstance(test, Numeric) and numbers == 1 else None
            if span:
                spans.append((*span, bit))
            elif isinstance(test, AnythingBut) and buts == 1 and _only_equals(test):
                made.but |= bit
                _add_each(made.but_not, [one.value for one in test.tests if isinstance(one, Equal)], bit)
            elif isinstance(test, Numeric) and numbers == 1 and (unequal := _unequal(test)):
                made.unequal |= bit
                _add_each(made.unequal_not, unequal, bit)
            else:
                _add(made, test, bit)
    made.numbers = intervals(spans) if spans else None
    cidrs = {test: bits for test, bits in made.tests.items() if isinstance(test, Cidr)}
    made.networks = networks(cidrs) if cidrs else None
    made.tests = {test: bits for test, bits in made.tests.items() if test not in cidrs}
    wildcards = {test: bits for test, bits in made.tests.items() if isinstance(test, Wildcard)}
    if len(wildcards) >= _FEW:
        made.wildcards = grams(wildcards)
        made.tests = {test: bits for test, bits in made.tests.items() if test not in wildcards}
    for whole, bits in made.wholes.items():
        made.missing |= bits if passes(whole, MISSING) else 0
    others = (
        made.folded,
        made.prefixes,
        made.suffixes,
        made.numbers,
        made.but,
        made.unequal,
        made.wildcards,
        made.networks,
        made.tests,
        made.wholes,
    )
    made.only_equal = not any(others)
    return made


def _add(made: Table, test: Test, bit: int) -> None:
    match test:
        case Equal(value):
            made.equal[key(value)] = made.equal.get(key(value), 0) | bit
        case IgnoreCase(text):
            made.folded[text] = made.folded.get(text, 0) | bit
        case Prefix(text, fold=False) | Wildcard((text, "")):
            _add_text(made.prefixes, text, bit)
        case Suffix(text, fold=False) | Wildcard(("", text)):
            _add_text(made.suffixes, text, bit)
        case Exists() | Every() | Never():
            made.wholes[test] = made.wholes.get(test, 0) | bit
        case _:
            made.tests[test] = made.tests.get(test, 0) | bit


def _add_text(by_length: dict[int, dict[str, int]], text: str, bit: int) -> None:
    by_text = by_length.setdefault(len(text), {})
    by_text[text] = by_text.get(text, 0) | bit


def _add_each(known: dict[object, int], values: Iterable[object], bit: int) -> None:
    for value in map(key, values):
        known[value] = known.get(value, 0) | bit


def _only_equals(test: AnythingBut) -> bool:
    return all(isinstance(one, Equal) for one in test.tests)


def _unequal(test: Numeric) -> list[int | float]:
    """Return the numbers that are not wanted, nothing where something else is asked."""
    only = not test.double and all(sign == "!=" for sign, _ in test.comparisons)
    return [number for _, number in test.comparisons] if only else []
