"""Conditions in words."""

import json
from typing import assert_never

from edatool.filters.pattern import (
    AnythingBut,
    Cidr,
    Equal,
    Every,
    Exists,
    IgnoreCase,
    Matching,
    Never,
    Node,
    Numeric,
    Prefix,
    Suffix,
    Test,
    Values,
    Wildcard,
)

_LONGEST = 60


def said(values: Values) -> str:
    """Say what a field must be: the second half of «it is ...»."""
    return " or ".join(_test(one) for one in values.tests)


def shown(value: object) -> str:
    """Return a value as JSON, shortened."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def _test(test: Test) -> str:
    match test:
        case Equal(value):
            return shown(value)
        case Numeric(comparisons):
            return "a number " + " and ".join(f"{sign} {shown(bound)}" for sign, bound in comparisons)
        case Cidr(network):
            return f"an address in {network}"
        case Matching(regex):
            return f"a string in which {shown(regex.text)} is found"
        case AnythingBut(tests):
            return f"anything but {' or '.join(_test(one) for one in tests)}"
        case Exists(wanted):
            return "there" if wanted else "missing"
        case Every(node):
            return f"an array of which each element is {_node(node)}"
        case Never(node):
            return f"an array of which no element is {_node(node)}"
        case _:
            return _text_test(test)


def _text_test(test: Prefix | Suffix | IgnoreCase | Wildcard) -> str:
    match test:
        case Prefix(text, fold):
            return f"a string that begins with {shown(text)}{_case(fold=fold)}"
        case Suffix(text, fold):
            return f"a string that ends with {shown(text)}{_case(fold=fold)}"
        case IgnoreCase(text):
            return f"{shown(text)}{_case(fold=True)}"
        case Wildcard(pieces):
            escaped = (piece.replace("\\", "\\\\").replace("*", "\\*") for piece in pieces)
            return f"a string like {shown('*'.join(escaped))}"
        case _:
            assert_never(test)


def _node(node: Node) -> str:
    if isinstance(node, Values):
        return said(node)
    return f"an object whose {', '.join(name for name, _ in node.fields) or 'fields'} fit"


def _case(*, fold: bool) -> str:
    return ", whatever the case" if fold else ""
