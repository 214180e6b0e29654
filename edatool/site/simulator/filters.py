"""Filters as JSON, for the simulator in the page."""

import json
from typing import Any, assert_never

from edatool.filters.pattern import (
    Absent,
    AllOf,
    AnyOf,
    AnythingBut,
    Cidr,
    Equal,
    Every,
    Exists,
    Filter,
    IgnoreCase,
    Matching,
    Never,
    Node,
    Not,
    Numeric,
    Object,
    Prefix,
    Suffix,
    Test,
    Wildcard,
)
from edatool.filters.words import said
from edatool.site.simulator.regex import for_browsers

Data = dict[str, Any]


def filter_data(one: Filter) -> Data:
    """Return a filter as plain values; numbers and the like are JSON texts, as browsers would round them."""
    return {"pattern": _object(one.pattern), "eventbridge": one.eventbridge}


def _object(node: Object) -> Data:
    return {
        "fields": [[name, _node(below)] for name, below in node.fields],
        "absent": [_absent(one) for one in node.absent],
        "combined": [_combined(one) for one in node.combined],
    }


def _absent(one: Absent) -> Data:
    return {"path": one.path, "leaf": one.leaf}


def _combined(one: AnyOf | AllOf | Not) -> Data:
    match one:
        case AnyOf(options):
            return {"kind": "or", "options": [_object(option) for option in options]}
        case AllOf(options):
            return {"kind": "and", "options": [_object(option) for option in options]}
        case Not(option):
            return {"kind": "not", "options": [_object(option)]}
        case _:
            assert_never(one)


def _node(node: Node) -> Data:
    if isinstance(node, Object):
        return _object(node)
    return {"tests": [_test(one) for one in node.tests], "said": said(node)}


def _test(test: Test) -> Data:
    match test:
        case Equal(value):
            return {"test": "equal", "value": json.dumps(value)}
        case Numeric(comparisons, double):
            bounds = [[sign, json.dumps(bound)] for sign, bound in comparisons]
            return {"test": "numeric", "comparisons": bounds, "double": double}
        case AnythingBut(tests):
            return {"test": "anything-but", "tests": [_test(one) for one in tests]}
        case Exists(wanted, leaf):
            return {"test": "exists", "wanted": wanted, "leaf": leaf}
        case Every(node):
            return {"test": "all", "node": _node(node)}
        case Never(node):
            return {"test": "none", "node": _node(node)}
        case _:
            return _text_test(test)


def _text_test(test: Prefix | Suffix | IgnoreCase | Wildcard | Cidr | Matching) -> Data:
    match test:
        case Prefix(text, fold):
            return {"test": "prefix", "text": text, "fold": fold}
        case Suffix(text, fold):
            return {"test": "suffix", "text": text, "fold": fold}
        case IgnoreCase(text):
            return {"test": "equals-ignore-case", "text": text}
        case Wildcard(pieces):
            return {"test": "wildcard", "pieces": pieces}
        case Cidr(network):
            first, last = int(network.network_address), int(network.broadcast_address)
            return {"test": "cidr", "version": network.version, "first": str(first), "last": str(last)}
        case Matching(regex):
            return {"test": "regex", "source": for_browsers(regex.text)}
        case _:
            assert_never(test)
