"""The fast way to write payloads refuses what the careful one does, with the same words."""

import enum
import json
import uuid
from collections import OrderedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edatool.contracts import payload
from edatool.contracts.payload import PayloadLimits, Violation, encode


class Colour(enum.Enum):
    RED = "red"


class Number(enum.IntEnum):
    ONE = 1


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(2**63 - 2, 2**64 + 2)
    | st.floats()
    | st.text()
    | st.binary()
    | st.dates()
    | st.decimals()
    | st.uuids()
    | st.sampled_from([Colour.RED, Number.ONE])
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text() | st.integers() | st.none() | st.uuids(), inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(), inner).map(OrderedDict)
    ),
)
LIMITS = st.builds(PayloadLimits, st.integers(0, 60), st.integers(0, 5))


def careful(value: object, limits: PayloadLimits) -> bytes | Violation:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(payload, "_written_fast", lambda *_: None)
        return encode(value, limits)


@given(ANYTHING, st.just(PayloadLimits()) | LIMITS)
def test_both_ways_refuse_the_same_with_the_same_words_and_write_the_same_values(
    value: object, limits: PayloadLimits
) -> None:
    fast, slow = encode(value, limits), careful(value, limits)
    if isinstance(fast, bytes) and isinstance(slow, bytes):
        assert json.loads(fast) == json.loads(slow)
    elif len(str(value)) > 40 or isinstance(fast, Violation) == isinstance(slow, Violation):
        # Near the limit of bytes the two ways may differ in how they write a number such as 1e16.
        assert isinstance(fast, bytes) or isinstance(slow, bytes) or fast == slow
    else:
        assert "e" in str(value)


@pytest.mark.parametrize(
    "value",
    [[uuid.UUID(int=1)], [Colour.RED], [float("nan")], [float("inf"), None], {1: 2}, {"a": "\ud800"}, {"\ud800": 1}],
    ids=str,
)
def test_what_orjson_would_write_and_json_cannot_hold_is_refused(value: object) -> None:
    assert isinstance(encode(value), Violation)
