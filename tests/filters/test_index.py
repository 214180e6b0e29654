from collections import OrderedDict
from dataclasses import replace
from math import nan
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edatool.contracts.regexes.regex import Regex, compile_regex
from edatool.filters.content import Content
from edatool.filters.index.index import index
from edatool.filters.index.literal import literal
from edatool.filters.index.verify import matching
from edatool.filters.matches import matches
from tests.examples import examples
from tests.filters import generated

SEEDS = st.integers(0, 2**64)


@given(SEEDS)
@settings(max_examples=examples(400), deadline=None)
def test_the_index_finds_exactly_what_matches(seed: int) -> None:
    draw = Random(seed)
    filters = {f"f{number}": generated.pattern(draw) for number in range(draw.choice((1, 3, 40)))}
    built = index(filters)
    for _ in range(5):
        content = generated.content(draw)
        found = [name for name, one in filters.items() if matches(one, content)]
        assert built.matching(content) == found, content
        assert [name for name, one in filters.items() if matching(one)(content)] == found, content


@given(SEEDS)
@settings(max_examples=examples(300), deadline=None)
def test_it_finds_exactly_what_matches_of_many_filters_that_are_alike(seed: int) -> None:
    draw = Random(seed)
    filters = dict(zip(map(str, range(draw.choice((10, 150)))), generated.alike(draw), strict=False))
    built = index(filters)
    for _ in range(5):
        content = generated.content(draw)
        found = [name for name, one in filters.items() if matches(one, content)]
        assert built.matching(content) == found, content
        assert [name for name, one in filters.items() if matching(one)(content)] == found, content


def test_a_negation_within_a_negation_asks_something_of_all_elements() -> None:
    built = index({"all gold": generated.read({"$not": {"data.items": {"$not": {"tier": "gold"}}}})})
    assert built.matching(Content({"items": [{"tier": "gold"}, {"tier": "gold"}]})) == ["all gold"]
    assert built.matching(Content({"items": [{"tier": "gold"}, {"tier": "none"}]})) == []


ASKING_ARRAYS = {
    "one object": {"data.items": {"sku": "y", "qty": 9}},
    "not one object": {"data.items": {"sku": "x", "qty": 9}},
    "one field": {"data.items.sku": ["y"]},
    "and besides": {"data.items.qty": [9], "data.region": ["eu"]},
    "in an array of it": {"data.items": {"sku": "y", "parts.n": 2}},
    "in one object of an array of it": {"data.items.parts": {"n": 2, "m": 1}},
    "in two arrays": {"data.items.sku": ["y"], "data.notes.by": ["pat"]},
}
WITH_ARRAYS = (
    {"items": [{"sku": "x", "qty": 1}, {"sku": "y", "qty": 9}], "region": "eu"},
    {"items": [{"sku": "y", "parts": [{"n": 1, "m": 1}, {"n": 2}]}, {"sku": "x", "qty": 9}]},
    {"items": [{"sku": "x"}, {"sku": "y"}], "notes": [{"by": "kim"}, {"by": "pat"}]},
    {"items": [{"sku": "x"}, {"sku": "y"}], "notes": [{"by": "kim"}]},
)


@pytest.mark.parametrize(
    "more", [{}, {"all": {"data.items.qty": [{"exists": False}]}}, {"no": {"$not": {"data.items.sku": "x"}}}]
)
def test_several_objects_of_an_array_are_told_apart(more: dict[str, object]) -> None:
    filters = {name: generated.read(one) for name, one in {**ASKING_ARRAYS, **more}.items()}
    built = index(filters)
    for payload in WITH_ARRAYS:
        content = Content(payload)
        assert built.matching(content) == [name for name, one in filters.items() if matches(one, content)], payload


def test_an_ordered_dict_is_an_object() -> None:
    one = generated.read({"data.a.b": [1], "data.items": {"sku": "x", "qty": 1}})
    content = Content(OrderedDict(a=OrderedDict(b=1), items=[OrderedDict(sku="x", qty=1), OrderedDict(sku="y")]))
    assert matches(one, content)
    assert matching(one)(content)
    assert index({"one": one}).matching(content) == ["one"]


def test_nan_is_unequal_to_all_numbers_and_in_no_interval() -> None:
    signs = ("=", "!=", "<", "<=", ">", ">=")
    patterns = {f"{sign}{number}": {"headers.a": [{"numeric": [sign, number]}]} for sign in signs for number in (0, 1)}
    filters = {name: generated.read(one) for name, one in patterns.items()}
    assert index(filters).matching(Content({}, headers={"a": nan})) == ["!=0", "!=1"]


def test_filters_that_ask_the_same_hundreds_of_times_over_are_laid_out() -> None:
    pattern = {"$and": [{"data.a": [{"anything-but": f"{number}"}]} for number in range(300)]}
    filters = {str(number): generated.read({**pattern, "data.b": number}) for number in range(3)}
    filters |= {f"{number} again": replace(one) for number in range(20) for one in filters.values()}
    assert index(filters).matching(Content({"a": "x", "b": 1})) == [
        name for name, one in filters.items() if matches(one, Content({"a": "x", "b": 1}))
    ]


REGEX_PARTS: tuple[str, ...] = (
    "a",
    "b",
    "ab",
    r"\.",
    r"\d",
    r"\bab",
    "[ab]",
    "[^]a]",
    "[[:alpha:]b]",
    "(a|b)",
    "(?:ab)",
    "(?P<n>b)",
    "|",
    "é",
)
REGEX_PARTS += (
    "*",
    "+",
    "?",
    "{2}",
    "{0,1}",
    "{",
    "}",
    ".",
    "^",
    "$",
    r"\x61",
    r"\u0061",
    r"\u{61}",
    r"\cA",
    r"\b{start}",
    "[^",
    "(?x)",
    "(?i)",
    "(?i:a)",
    "]",
    r"\\",
    " ",
)


@given(st.lists(st.sampled_from(REGEX_PARTS), max_size=6).map("".join), st.text("abAB.1é] \\{}", max_size=12))
@settings(max_examples=examples(2_000), deadline=None)
def test_what_a_regular_expression_is_found_in_has_its_literal_text(regex: str, text: str) -> None:
    compiled = compile_regex(regex)
    if isinstance(compiled, Regex) and compiled.found_in(text):
        assert literal(regex) in text


@pytest.mark.parametrize(
    ("regex", "expected"),
    [
        ("(door|gate) 17", " 17"),
        (r"^order\.v2-", "order.v2-"),
        ("colou?r", "colo"),
        ("a|b", ""),
        ("ab{2}|", ""),
        ("(?i)order", ""),
    ],
)
def test_the_literal_text_of_a_regular_expression_is_the_longest_that_is_plain(regex: str, expected: str) -> None:
    assert literal(regex) == expected


def test_true_and_1_are_told_apart_wherever_conditions_are_shared() -> None:
    patterns = [
        {"data.a": [{"anything-but": [value]}], "$or": [{"data.a": value}, {"data.b": 1}]} for value in (True, 1)
    ]
    filters = {str(number): generated.read(pattern) for number, pattern in enumerate(patterns)}
    for value in (True, 1):
        content = Content({"a": value, "b": 1})
        assert index(filters).matching(content) == [name for name, one in filters.items() if matches(one, content)]
    assert generated.read({"data.a": True}) != generated.read({"data.a": 1})
