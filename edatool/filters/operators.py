"""The tests of a filter: values, and operators such as ``{prefix: eu-}``."""

import re
import sys
from collections.abc import Callable, Mapping
from ipaddress import IPv6Network, ip_network

from edatool.contracts.regexes.regex import compile_regex
from edatool.filters.case import lowered
from edatool.filters.matches import OPERATORS
from edatool.filters.pattern import (
    AnythingBut,
    Cidr,
    Equal,
    Exists,
    IgnoreCase,
    LeafTest,
    Matching,
    Numeric,
    Operator,
    Prefix,
    Suffix,
    Test,
    Wildcard,
)
from edatool.filters.reading import MAX_TEXT, FilterReading, Path
from edatool.spec.nearest import nearest

Read = Callable[[object, Path, FilterReading], Test | None]

_SIGNS: dict[str, Operator] = {"=": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_AWS_SIGNS = ("=", "<", "<=", ">", ">=")
_LARGEST = sys.float_info.max
_IPV6 = re.compile(r"[0-9a-fA-F:]*:[0-9a-fA-F:]*")
_STARS = re.compile(r"\\(.?)|\*", re.DOTALL)


def read_test(value: object, at: Path, reading: FilterReading, further: Mapping[str, Read]) -> Test | None:
    """Read one alternative of a list; None, and findings, where it is malformed.

    ``further`` are operators besides those of this file.
    """
    if isinstance(value, list):
        reading.wrong("a list stands in a list: write its items here", at)
        return None
    if not isinstance(value, dict):
        return _equal(value, reading)
    if len(value) != 1:
        reading.wrong("one operator is needed here: write each in braces of its own", at)
        return None
    ((name, operand),) = value.items()
    known = {**_READERS, **(_EVENTBRIDGE if reading.eventbridge else {**_OWN, **further})}
    if name not in known:
        near = nearest(str(name), known)
        way_out = f"did you mean {near!r}?" if near else f"known are {', '.join(known)}"
        reading.wrong(f"unknown operator {name!r}: {way_out}", (*at, name))
        return None
    return known[name](operand, (*at, name), reading)


def _equal(value: object, reading: FilterReading) -> LeafTest | None:
    assert value is None or isinstance(value, (str, int, float, bool))
    if reading.eventbridge and isinstance(value, (int, float)) and not isinstance(value, bool):
        # Numbers further away EventBridge knows as text only.
        return Equal(value) if abs(value) > _LARGEST else Numeric((("=", float(value)),), double=True)
    if reading.eventbridge and isinstance(value, str) and (address := _ipv6(value)):
        return Cidr(address)
    return Equal(value)


def _ipv6(text: str) -> IPv6Network | None:
    """Return an address as a network of its own: EventBridge finds it in all its spellings."""
    try:
        return IPv6Network(text) if _IPV6.fullmatch(text) else None
    except ValueError:
        return None


def _text(value: object, at: Path, reading: FilterReading) -> str | None:
    if isinstance(value, str) and len(value) <= MAX_TEXT:
        return value
    what = f"more than {MAX_TEXT} characters" if isinstance(value, str) else _shown(value)
    reading.wrong(f"{at[-1]}: a string is needed, not {what}", at)
    return None


def _folded(value: object, at: Path, reading: FilterReading) -> tuple[str, bool] | None:
    """Read a string, or ``{equals-ignore-case: string}``."""
    if isinstance(value, dict):
        if list(value) != ["equals-ignore-case"]:
            reading.wrong(f"{at[-1]}: a string or {{equals-ignore-case: string}} is needed", at)
            return None
        text = _text(value["equals-ignore-case"], (*at, "equals-ignore-case"), reading)
        return None if text is None else (lowered(text), True)
    text = _text(value, at, reading)
    return None if text is None else (text, False)


def _prefix(value: object, at: Path, reading: FilterReading) -> LeafTest | None:
    read = _folded(value, at, reading)
    return read and Prefix(*read)


def _suffix(value: object, at: Path, reading: FilterReading) -> LeafTest | None:
    read = _folded(value, at, reading)
    return read and Suffix(*read)


def _ignore_case(value: object, at: Path, reading: FilterReading) -> LeafTest | None:
    text = _text(value, at, reading)
    return None if text is None else IgnoreCase(lowered(text))


def _wildcard(value: object, at: Path, reading: FilterReading) -> LeafTest | None:
    text = _text(value, at, reading)
    if text is None:
        return None
    pieces, end = [""], 0
    for mark in _STARS.finditer(text):
        pieces[-1] += text[end : mark.start()]
        end = mark.end()
        if mark[0] == "*":
            if len(pieces) > 1 and not pieces[-1]:
                reading.wrong("wildcard: two * side by side say no more than one: write one", at)
                return None
            pieces.append("")
        elif mark[1] in ("*", "\\") and mark[1]:
            pieces[-1] += mark[1]
        else:
            reading.wrong("wildcard: a backslash stands before * or another backslash only: double it", at)
            return None
    pieces[-1] += text[end:]
    return Wildcard(tuple(pieces))


def _numeric(value: object, at: Path, reading: FilterReading) -> LeafTest | None:
    signs = _AWS_SIGNS if reading.eventbridge else tuple(_SIGNS)
    if not isinstance(value, list) or len(value) not in (2, 4):
        reading.wrong('numeric: one comparison or two are needed, such as [">", 0, "<=", 5]', at)
        return None
    comparisons: list[tuple[Operator, int | float]] = []
    for index in range(0, len(value), 2):
        sign, bound = value[index], value[index + 1]
        if sign not in signs:
            reading.wrong(f"numeric: {_shown(sign)} is none of {', '.join(signs)}", (*at, index))
            return None
        if isinstance(bound, bool) or not isinstance(bound, (int, float)):
            reading.wrong(f"numeric: a number is needed, not {_shown(bound)}", (*at, index + 1))
            return None
        if reading.eventbridge and abs(bound) > _LARGEST:
            reading.wrong("numeric: EventBridge compares floating-point numbers of 64 bits", (*at, index + 1))
            return None
        comparisons.append((_SIGNS[sign], float(bound) if reading.eventbridge else bound))
    if reading.eventbridge and not _is_range(comparisons):
        reading.wrong("numeric: EventBridge takes one comparison, or > or >= and then < or <= a larger number", at)
        return None
    if not _is_range(comparisons) and _is_empty(comparisons):
        reading.wrong("numeric: no number is within both bounds: correct one", at)
        return None
    return Numeric(tuple(comparisons), double=reading.eventbridge)


def _is_range(comparisons: list[tuple[Operator, int | float]]) -> bool:
    match comparisons:
        case [((">" | ">="), bottom), (("<" | "<="), top)]:
            return bottom < top
        case _:
            return len(comparisons) == 1


def _is_empty(comparisons: list[tuple[Operator, int | float]]) -> bool:
    """Tell whether no number is within two comparisons: neither a bound of them, nor one around it."""
    from fractions import Fraction  # noqa: PLC0415 - most are a range or a single one

    bounds = sorted(bound for _, bound in comparisons)
    between = Fraction(bounds[0]) / 2 + Fraction(bounds[-1]) / 2
    candidates = [Fraction(bounds[0]) - 1, *bounds, between, Fraction(bounds[-1]) + 1]
    return not any(all(OPERATORS[sign](number, bound) for sign, bound in comparisons) for number in candidates)


def _cidr(value: object, at: Path, reading: FilterReading) -> LeafTest | None:
    text = _text(value, at, reading)
    if text is None:
        return None
    if reading.eventbridge:
        return _eventbridge_cidr(text, at, reading)
    try:
        return Cidr(ip_network(text))
    except ValueError:
        pass
    try:
        way_out = f"write {ip_network(text, strict=False)}"
    except ValueError:
        way_out = "write a network such as 10.0.0.0/24 or 2001:db8::/32"
    reading.wrong(f"cidr: {text[:60]!r} is not a network: {way_out}", at)
    return None


def _eventbridge_cidr(text: str, at: Path, reading: FilterReading) -> LeafTest | None:
    """Read a network as event-ruler does: of more than one address, with whatever behind its prefix."""
    _, _, bits = text.partition("/")
    try:
        found = ip_network(text, strict=False)
    except ValueError:
        found = None
    if found is None or not bits.isdecimal() or found.prefixlen == found.max_prefixlen:
        reading.wrong(f"cidr: {text[:60]!r} is not a network: write one such as 10.0.0.0/24, up to /31 or /127", at)
        return None
    return Cidr(found)


def _exactly(value: object, at: Path, reading: FilterReading) -> LeafTest | None:
    text = _text(value, at, reading)
    return None if text is None else Equal(text)


def _exists(value: object, at: Path, reading: FilterReading) -> Test | None:
    if not isinstance(value, bool):
        reading.wrong(f"exists: true or false is needed, not {_shown(value)}", at)
        return None
    return Exists(value, leaf=reading.eventbridge)


def _regex(value: object, at: Path, reading: FilterReading) -> LeafTest | None:
    text = _text(value, at, reading)
    if text is None:
        return None
    compiled = compile_regex(text)
    if isinstance(compiled, str):
        reading.wrong(f"regex: {text[:60]!r} cannot be used: {compiled}", at)
        return None
    return Matching(compiled)


def _anything_but(value: object, at: Path, reading: FilterReading) -> LeafTest | None:
    if isinstance(value, dict):
        return _anything_but_operator(value, at, reading)
    listed = value if isinstance(value, list) else [value]
    if not listed or any(isinstance(one, (dict, list)) for one in listed):
        reading.wrong("anything-but: a value, a list of values or one operator is needed", at)
        return None
    kinds = {_kind(one) for one in listed}
    if reading.eventbridge and kinds not in ({"a string"}, {"a number"}):
        reading.wrong("anything-but: EventBridge takes strings only, or numbers only", at)
        return None
    return _but([Equal(one) if isinstance(one, str) else _equal(one, reading) for one in listed])


def _anything_but_operator(value: dict[object, object], at: Path, reading: FilterReading) -> LeafTest | None:
    read = _NEGATED.get(next(iter(value), None))
    if len(value) != 1 or read is None:
        reading.wrong(f"anything-but: one of {', '.join(map(str, _NEGATED))} is needed here", at)
        return None
    ((name, operand),) = value.items()
    listed = operand if isinstance(operand, list) else [operand]
    place = (*at, str(name))
    if not listed:
        reading.wrong(f"anything-but: {name}: the list is empty: write at least one string", place)
        return None
    if reading.eventbridge and any(isinstance(one, dict) for one in listed):
        reading.wrong(f"anything-but: {name}: EventBridge takes a string, or a list of strings", place)
        return None
    if reading.eventbridge and name in ("prefix", "suffix") and "" in listed:
        reading.wrong(f"anything-but: {name}: EventBridge takes no empty string, with which every string fails", place)
        return None
    return _but([read(one, place, reading) for one in listed])


def _but(tests: list[LeafTest | None]) -> LeafTest | None:
    read = tuple(one for one in tests if one is not None)
    return AnythingBut(read) if len(read) == len(tests) else None


def _kind(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return "a constant"
    return "a string" if isinstance(value, str) else "a number"


def _shown(value: object) -> str:
    text = {None: "null", True: "true", False: "false"}.get(value) if isinstance(value, (bool, type(None))) else None
    return text or (
        "a mapping" if isinstance(value, dict) else "a list" if isinstance(value, list) else f"{value!r:.60}"
    )


_NEGATED: dict[object, Callable[[object, Path, FilterReading], LeafTest | None]] = {
    "prefix": _prefix,
    "suffix": _suffix,
    "equals-ignore-case": _ignore_case,
    "wildcard": _wildcard,
}
_READERS: dict[str, Read] = {
    "prefix": _prefix,
    "suffix": _suffix,
    "equals-ignore-case": _ignore_case,
    "wildcard": _wildcard,
    "numeric": _numeric,
    "cidr": _cidr,
    "exists": _exists,
    "anything-but": _anything_but,
}
_OWN: dict[str, Read] = {"regex": _regex}
_EVENTBRIDGE: dict[str, Read] = {"exactly": _exactly}

NAMES = (*_READERS, *_OWN, "all", "none")
"""The names of all operators."""
