import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edatool.contracts.pointer import Path, at, to_path, to_text
from edatool.contracts.scan import line_column, locate, spots

TEXT = """{
  "a": [1, {"b": "x,]}"}],
  "": {},
  "c/d": [[], [2]]
}"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), (1, 1)),
        (("a",), (2, 8)),
        (("a", 0), (2, 9)),
        (("a", 1), (2, 12)),
        (("a", 1, "b"), (2, 18)),
        (("",), (3, 7)),
        (("c/d", 1, 0), (4, 16)),
        (("a", 1, "gone", 3), (2, 12)),
        (("gone",), (1, 1)),
    ],
)
def test_a_path_has_a_line_and_a_column_or_those_of_what_is_around_it(path: Path, place: tuple[int, int]) -> None:
    assert locate(TEXT, path) == place


KEYS = st.text(max_size=3)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(KEYS, x)
)


@given(VALUES, st.sampled_from([None, 1]))
def test_every_value_is_found_where_its_text_begins(value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    found = [spot for spot in spots(text) if not spot.is_key]
    for spot in found:
        read, _ = json.JSONDecoder().raw_decode(text, spot.offset)
        assert read == at(value, spot.path)
        assert to_path(to_text(spot.path), value) == spot.path
        assert line_column(text, spot.offset) == locate(text, spot.path)


@given(st.text(st.sampled_from('{}[],:"\\a1 \n')))
def test_a_text_that_is_not_json_is_scanned_without_an_error(text: str) -> None:
    assert len(list(spots(text))) <= len(text)


@pytest.mark.parametrize("pointer", ["a", "/b", "/a/2", "/a/-", "/a/01", "/a/1/b/c", "/a/x", "/a/" + "9" * 5000])
def test_a_pointer_that_leads_nowhere_gives_none(pointer: str) -> None:
    assert to_path(pointer, json.loads(TEXT)) is None
