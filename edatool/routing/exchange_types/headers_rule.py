"""What a binding of a headers exchange asks for.

x-match ``all`` and ``any`` leave out arguments that begin with ``x-``; the kinds ``-with-x`` do not.
"""

import math
from decimal import Decimal

from edatool.frozen import frozen
from edatool.routing.message import Headers
from edatool.routing.topology import Arguments
from edatool.routing.version import ERLANG_27_NEEDED, ERLANG_27_POSSIBLE, TYPED_NUMBERS, Version


@frozen
class HeadersRule:
    """What one binding asks for: ``any`` of the wanted headers, or all of them."""

    any: bool
    wanted: tuple[tuple[str, object], ...]


def rule(arguments: Arguments) -> HeadersRule:
    """Read a binding's arguments."""
    kind = str(arguments.get("x-match", "all"))
    with_x = kind.endswith("-with-x")
    wanted = [
        (name, value)
        for name, value in arguments.items()
        if name != "x-match" and (with_x or not name.startswith("x-"))
    ]
    return HeadersRule(kind.startswith("any"), tuple(wanted))


def matches(rule: HeadersRule, headers: Headers, version: Version) -> bool | None:
    """Tell whether a message's headers satisfy a rule; None where that cannot be known from JSON values."""
    undecided = False
    for name, wanted in rule.wanted:
        same = name in headers and equal(wanted, headers[name], version)
        if same is rule.any:
            return rule.any
        undecided = undecided or same is None
    return None if undecided else not rule.any


def equal(wanted: object, found: object, version: Version) -> bool | None:
    """Compare values as the broker does; None for two filled lists or tables, whose AMQP types JSON does not tell."""
    if wanted is None:
        return True
    if isinstance(wanted, (list, dict)):
        return _equal_nested(wanted, found)
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    if isinstance(wanted, Decimal) or isinstance(found, Decimal):
        # The broker compares the digits and the scale of decimals, and takes them for no other numbers.
        if not (isinstance(wanted, Decimal) and isinstance(found, Decimal)):
            return False
        return wanted.as_tuple() == found.as_tuple()
    if _are_zeros_of_two_signs(wanted, found):
        return _equal_zeros(version)
    if version >= TYPED_NUMBERS and isinstance(wanted, float) is not isinstance(found, float):
        return False
    return wanted == found


def _are_zeros_of_two_signs(wanted: object, found: object) -> bool:
    floats = isinstance(wanted, float) and isinstance(found, float)
    return floats and wanted == found == 0 and math.copysign(1, wanted) != math.copysign(1, found)


def _equal_zeros(version: Version) -> bool | None:
    """Say whether 0.0 and -0.0 are equal: up to Erlang/OTP 26; RabbitMQ 4.3 needs 27, and 4.0 to 4.2 take either."""
    if version < ERLANG_27_POSSIBLE:
        return True
    return None if version < ERLANG_27_NEEDED else False


def _equal_nested(wanted: list[object] | dict[str, object], found: object) -> bool | None:
    """Compare a list or a table; to the broker both are Erlang lists, so that empty ones are the same."""
    if not isinstance(found, (list, dict)):
        return False
    if not wanted or not found:
        return not wanted and not found
    return None if type(wanted) is type(found) else False


def why_not(rule: HeadersRule, headers: Headers, version: Version) -> str:
    """Say in a few words why headers do not satisfy a rule."""
    if not rule.wanted:
        return "it asks for any of no headers"
    reasons = [
        _difference(name, wanted, headers)
        for name, wanted in rule.wanted
        if name not in headers or equal(wanted, headers[name], version) is False
    ]
    return ", ".join(reasons) if rule.any else reasons[0]


def _difference(name: str, wanted: object, headers: Headers) -> str:
    if name not in headers:
        return f"header {name} is missing"
    return f"header {name} is {headers[name]!r}, not {wanted!r}"
