from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from edatool.filters.content import Content
from edatool.filters.index.index import index
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


def test_true_and_1_are_told_apart_wherever_conditions_are_shared() -> None:
    patterns = [
        {"data.a": [{"anything-but": [value]}], "$or": [{"data.a": value}, {"data.b": 1}]} for value in (True, 1)
    ]
    filters = {str(number): generated.read(pattern) for number, pattern in enumerate(patterns)}
    for value in (True, 1):
        content = Content({"a": value, "b": 1})
        assert index(filters).matching(content) == [name for name, one in filters.items() if matches(one, content)]
    assert generated.read({"data.a": True}) != generated.read({"data.a": 1})
