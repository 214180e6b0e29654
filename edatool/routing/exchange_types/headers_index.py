"""An index over the bindings of a headers exchange: which of them a message can match at all.

A binding that asks for all of its headers is found by the rarest of them, one that asks for any by each of them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from edatool.frozen import frozen
from edatool.routing.exchange_types.headers_rule import HeadersRule
from edatool.routing.message import Headers

Door = tuple[str, object]
"""A header's name with its value as it is looked up; ``_ANY`` where the value does not matter."""

_ANY = ("any",)


@frozen
class HeadersIndex:
    """The numbers of rules by the headers through which they are found; ``always`` are found by every message."""

    by_door: Mapping[Door, Sequence[int]]
    always: Sequence[int]


def index(rules: Sequence[HeadersRule]) -> HeadersIndex:
    """Lay out rules, which are known by their numbers from here on."""
    common = Counter(_door(*wanted) for rule in rules for wanted in rule.wanted)
    by_door: dict[Door, list[int]] = {}
    for number, rule in enumerate(rules):
        doors = {_door(*wanted): None for wanted in rule.wanted}
        for door in doors if rule.any else sorted(doors, key=lambda door: common[door])[:1]:
            by_door.setdefault(door, []).append(number)
    return HeadersIndex(by_door, [number for number, rule in enumerate(rules) if not rule.wanted])


def candidates(index: HeadersIndex, headers: Headers) -> list[int]:
    """Return the numbers of all rules that these headers may satisfy, in their order."""
    numbers = set(index.always)
    for name, value in headers.items():
        numbers.update(index.by_door.get((name, _looked_up(value)), ()))
        numbers.update(index.by_door.get((name, _ANY), ()))
    return sorted(numbers)


def _door(name: str, wanted: object) -> Door:
    return (name, _ANY if wanted is None or isinstance(wanted, (list, dict)) else _looked_up(wanted))


def _looked_up(value: object) -> object:
    # Python finds True and 1 equal, and RabbitMQ does not; 1 and 1.0 are told apart by the rule itself.
    return (
        value
        if isinstance(value, str)
        else (isinstance(value, bool), value)
        if isinstance(value, (int, float))
        else _ANY
    )
