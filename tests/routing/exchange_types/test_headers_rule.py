from decimal import Decimal

import pytest

from edatool.routing.exchange_types import headers_rule
from edatool.routing.topology import Arguments
from edatool.routing.version import NEWEST, Version

OLD: Version = (3, 10, 8)

MATCHES: list[tuple[Arguments, Arguments]] = [
    ({}, {}),
    ({"tier": "gold"}, {"tier": "gold", "more": 1}),
    ({"x-match": "all", "tier": "gold"}, {"tier": "gold"}),
    ({"x-match": "all", "x-tenant": "acme"}, {}),
    ({"x-match": "any", "a": 1, "b": 2}, {"b": 2}),
    ({"x-match": "all-with-x", "x-tenant": "acme"}, {"x-tenant": "acme"}),
    ({"x-match": "any-with-x", "x-tenant": "acme", "a": 1}, {"x-tenant": "acme"}),
    ({"tier": None}, {"tier": "anything"}),
    ({"tier": None}, {"tier": None}),
    ({"tier": None}, {"tier": [1]}),
    ({"n": {}}, {"n": []}),
    ({"n": []}, {"n": []}),
]

MISSES: list[tuple[Arguments, Arguments, str]] = [
    ({"tier": "gold"}, {"tier": "silver"}, "header tier is 'silver', not 'gold'"),
    ({"tier": "gold"}, {}, "header tier is missing"),
    ({"tier": None}, {}, "header tier is missing"),
    ({"a": 1, "b": 2}, {"a": 1, "b": 3}, "header b is 3, not 2"),
    ({"x-match": "any", "a": 1, "b": 2}, {"a": 2}, "header a is 2, not 1, header b is missing"),
    ({"x-match": "any"}, {"a": 1}, "it asks for any of no headers"),
    ({"x-match": "any", "x-tenant": "acme"}, {"x-tenant": "acme"}, "it asks for any of no headers"),
    ({"x-match": "all-with-x", "x-tenant": "acme"}, {}, "header x-tenant is missing"),
    ({"n": 1}, {"n": "1"}, "header n is '1', not 1"),
    ({"n": 1}, {"n": True}, "header n is True, not 1"),
    ({"n": True}, {"n": "true"}, "header n is 'true', not True"),
    ({"n": 0}, {"n": False}, "header n is False, not 0"),
    ({"n": "undefined"}, {"n": None}, "header n is None, not 'undefined'"),
    ({"n": 1}, {"n": [1]}, "header n is [1], not 1"),
    ({"n": [1]}, {"n": 1}, "header n is 1, not [1]"),
    ({"n": [1]}, {"n": []}, "header n is [], not [1]"),
    ({"n": [1]}, {"n": {"a": 1}}, "header n is {'a': 1}, not [1]"),
]


@pytest.mark.parametrize(("arguments", "found"), MATCHES)
def test_matches(arguments: Arguments, found: Arguments) -> None:
    assert headers_rule.matches(headers_rule.rule(arguments), found, NEWEST) is True


@pytest.mark.parametrize(("arguments", "found", "why"), MISSES)
def test_misses_and_says_why(arguments: Arguments, found: Arguments, why: str) -> None:
    rule = headers_rule.rule(arguments)
    assert headers_rule.matches(rule, found, NEWEST) is False
    assert headers_rule.why_not(rule, found, NEWEST) == why


@pytest.mark.parametrize("version", [OLD, (3, 12, 14)])
def test_one_was_the_same_as_one_point_zero(version: Version) -> None:
    assert headers_rule.matches(headers_rule.rule({"n": 1}), {"n": 1.0}, version) is True


@pytest.mark.parametrize("version", [(3, 13, 0), NEWEST])
def test_one_is_not_one_point_zero_any_more(version: Version) -> None:
    assert headers_rule.matches(headers_rule.rule({"n": 1}), {"n": 1.0}, version) is False
    assert headers_rule.matches(headers_rule.rule({"n": 1.5}), {"n": 1.5}, version) is True


def test_filled_lists_and_tables_cannot_be_compared() -> None:
    assert headers_rule.matches(headers_rule.rule({"n": [1]}), {"n": [1]}, NEWEST) is None
    assert headers_rule.matches(headers_rule.rule({"n": {"a": 1}}), {"n": {"a": 1}}, NEWEST) is None


def test_a_list_beside_what_decides_without_it_does_not_matter() -> None:
    assert headers_rule.matches(headers_rule.rule({"n": [1], "a": 1}), {"n": [1], "a": 2}, NEWEST) is False
    assert (
        headers_rule.matches(headers_rule.rule({"x-match": "any", "n": [1], "a": 1}), {"n": [1], "a": 1}, NEWEST)
        is True
    )


@pytest.mark.parametrize(
    ("wanted", "found", "version", "same"),
    [
        (0.0, -0.0, (3, 10, 8), True),
        (0.0, -0.0, (4, 0, 5), None),
        (0.0, -0.0, (4, 3, 6), False),
        (-0.0, -0.0, (4, 3, 6), True),
        (Decimal("1.5"), 1.5, (3, 10, 8), False),
        (Decimal("1.5"), Decimal("1.5"), (4, 3, 6), True),
        (Decimal("1.50"), Decimal("1.5"), (4, 3, 6), False),
    ],
)
def test_zeros_of_two_signs_and_decimals_are_equal_as_erlang_has_it(
    wanted: object, found: object, version: tuple[int, int, int], same: bool | None
) -> None:
    assert headers_rule.equal(wanted, found, version) is same
