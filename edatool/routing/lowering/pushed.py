"""Filters that exchanges can decide: those that ask for words of the routing key, or for promoted headers.

That is exact for every message that is addressed as its event says: a word of the key, or a header, then is the
field's value, and there are no lists on the way to it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Set

from edatool.filters.pattern import Filter
from edatool.frozen import frozen
from edatool.routing import topology
from edatool.routing.bindings import type_of
from edatool.routing.exchange_types import topic
from edatool.routing.exchange_types.topic_tree import overlapping, tree, words
from edatool.routing.lowering.alternatives import Fields, alternatives
from edatool.routing.reach.words import Word, literal
from edatool.spec.spec import Event, Spec, SpecBinding
from edatool.spec.template import FieldPath, Template

MOST = 20
"""Bindings beyond which a filter is left to stamps."""

_UNCLEAR = re.compile(r"-?\d+|true|false|[*#]")  # words that other types are written as, and wildcards
_NO_WILDCARD = "\0"
_ANY = Word(None, bool)
_LEAST, _GREATEST = -(2**63), 2**63 - 1

Header = str | int | bool


@frozen
class Bound:
    """What a message has to have to come through: a key that matches, at an exchange, and headers."""

    source: str
    key: str
    headers: Mapping[str, Header]


class _Inexact(Exception):
    """What a filter asks cannot be seen in key and headers."""


def pushed(spec: Spec, binding: SpecBinding, condition: Filter, sharing: Set[str]) -> tuple[Bound, ...] | None:
    """Return the ways in which messages that match a binding with its filter come through, of which any suffices.

    None where the filter asks for anything that an exchange cannot decide for certain, or too many would be needed.
    ``sharing`` are the events of ``sharing_keys``.
    """
    found = alternatives(condition.pattern)
    if found is None:
        return None
    bound = _by_events(spec, binding, found, sharing) if binding.events else _by_exchange(spec, binding, found)
    try:
        ways = {repr(one): one for one in bound}  # 1 is true for Python, not for RabbitMQ
    except _Inexact:
        return None
    return tuple(ways.values()) if len(ways) <= MOST else None


def _by_exchange(spec: Spec, binding: SpecBinding, found: Iterable[Fields]) -> Iterator[Bound]:
    """Yield the keys that a filter asks for; of the content nothing is known here, as anybody may publish."""
    source = binding.exchange or ""
    matches_key = type_of(spec, source).matches_key
    if matches_key is None or binding.headers or binding.arguments:
        raise _Inexact
    for fields in found:
        if fields.keys() != {("key",)}:
            raise _Inexact
        key = _literal(fields[("key",)])
        if any(matches_key(one, key) for one in binding.keys):
            yield Bound(source, key, {})


def _literal(key: object) -> str:
    if not isinstance(key, str) or {"*", "#"} & set(words(key)):
        raise _Inexact
    return key


def _by_events(spec: Spec, binding: SpecBinding, found: list[Fields], sharing: Set[str]) -> Iterator[Bound]:
    for name in binding.events:
        event = spec.events[name]
        kind = type_of(spec, event.exchange)
        if kind.event_key is None or name in sharing:
            raise _Inexact
        key = None if kind.wildcards else kind.event_key(event.key)
        yield from (one for fields in found if (one := _of_event(event, key, fields)))


def sharing_keys(events: Iterable[Event]) -> set[str]:
    """Name the events of which another may have the same key, so that the key does not tell what is in a message."""
    named: dict[str, list[str]] = {}
    for event in events:
        # A # is a word like any other in the key of an event.
        named.setdefault(topic.pattern_of(event.key).replace("#", _NO_WILDCARD), []).append(event.name)
    patterns = tree(topology.Binding("", "", key=pattern) for pattern in named)
    sharing: set[str] = set()
    for pattern, names in named.items():
        own = [_ANY if word == "*" else literal(word) for word in words(pattern)]
        if len(names) > 1 or len(overlapping(patterns, own)) > 1:
            sharing.update(names)
    return sharing


def _of_event(event: Event, fixed: str | None, fields: Fields) -> Bound | None:
    """Return what messages of an event with these values have, None where there is none that may be published.

    The key is ``fixed`` where the exchange has no wildcards, so that it cannot ask for a word.
    """
    parts = _words(event.key) if fixed is None else []
    headers: dict[str, Header] = {}
    for path, value in fields.items():
        promoted = [
            name for name, field in event.headers.items() if path in (("headers", name), ("data", *field.names))
        ]
        if any(path == ("data", *field.names) and _of_one(word, field) for word in parts for field in _fields(word)):
            if not isinstance(value, str) or _UNCLEAR.fullmatch(value):
                raise _Inexact
            if not value or "." in value:
                return None
            parts = [_filled(word, path[1:], value) for word in parts]
        elif promoted:
            header = _header(value)
            if header is None or any(_differ(headers.get(name, header), header) for name in promoted):
                return None  # a header has one value, whatever path it is asked for by
            headers |= dict.fromkeys(promoted, header)
        else:
            raise _Inexact
    key = ".".join("*" if _fields(word) else "".join(map(str, word)) for word in parts)
    return Bound(event.exchange, key if fixed is None else fixed, headers)


_Word = list[str | FieldPath]


def _words(template: Template) -> list[_Word]:
    """Split a key template into words, each of literal text and fields."""
    words: list[_Word] = [[]]
    for part in template.parts:
        if isinstance(part, FieldPath):
            words[-1].append(part)
        else:
            first, *more = part.split(".")
            words[-1].append(first)
            words += [[text] for text in more]
    return words


def _fields(word: _Word) -> list[FieldPath]:
    return [part for part in word if isinstance(part, FieldPath)]


def _of_one(word: _Word, field: FieldPath) -> bool:
    return _fields(word) == [field]


def _filled(word: _Word, names: tuple[str, ...], value: str) -> _Word:
    return (
        ["".join(value if isinstance(part, FieldPath) else part for part in word)]
        if _of_one(word, FieldPath(names))
        else word
    )


def _header(value: object) -> Header | None:
    """Return the header that a field is promoted to, None where such a value cannot be promoted."""
    if value is None:
        raise _Inexact
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, (str, bool)):
        return value
    return value if isinstance(value, int) and _LEAST <= value <= _GREATEST else None


def _differ(one: Header, other: Header) -> bool:
    return one != other or isinstance(one, bool) != isinstance(other, bool)
