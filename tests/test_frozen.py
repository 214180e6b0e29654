"""What ``frozen`` makes of a class is what ``dataclass(frozen=True, slots=True)`` makes of it."""

import copy
import inspect
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edatool.frozen import frozen, mutable


def classes(decorator: Callable[[type], type]) -> dict[str, Any]:
    """Return the same classes, each decorated."""

    @decorator
    class Empty:
        """Without a field."""

    @decorator
    class One:
        """With one field."""

        name: object

    @decorator
    class Several:
        """With all that fields may have."""

        name: object
        other: object = "text"
        made: list[int] = field(default_factory=list, compare=False)
        unseen: object = field(default=None, repr=False)
        ignored: object = field(default=0, compare=False)

    @decorator
    class Derived:
        """With a field that is made of another."""

        name: object
        kind: str = field(init=False)

        def __post_init__(self) -> None:
            object.__setattr__(self, "kind", type(self.name).__name__)

    @decorator
    class Shown:
        """With a text of its own."""

        name: object

        def __repr__(self) -> str:
            return f"<{self.name}>"

    return {one.__name__: one for one in (Empty, One, Several, Derived, Shown)}


OURS = classes(frozen)
THEIRS = classes(dataclass(frozen=True, slots=True))
VALUES = st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(("text", 1.0, (1, "a")))
ARGUMENTS: st.SearchStrategy[tuple[str, dict[str, Any]]] = st.one_of(
    st.just(("Empty", {})),
    st.tuples(st.sampled_from(("One", "Derived", "Shown")), st.fixed_dictionaries({"name": VALUES})),
    st.tuples(
        st.just("Several"),
        st.fixed_dictionaries({"name": VALUES}, optional=dict.fromkeys(("other", "unseen", "ignored"), VALUES)),
    ),
)


@given(ARGUMENTS, ARGUMENTS)
def test_values_are_equal_hashed_shown_and_replaced_as_those_of_a_dataclass(
    one: tuple[str, dict[str, Any]], other: tuple[str, dict[str, Any]]
) -> None:
    (ours, ours_too), (theirs, theirs_too) = (
        [these[name](**given) for name, given in (one, other)] for these in (OURS, THEIRS)
    )
    assert (ours == ours_too) == (theirs == theirs_too)
    assert (ours == theirs) is False
    assert (repr(ours), asdict(ours)) == (repr(theirs), asdict(theirs))
    if one[0] == "Several":
        assert repr(replace(ours, other=1)) == repr(replace(theirs, other=1))
    assert hash(ours) == hash(theirs)


@pytest.mark.parametrize("name", OURS)
def test_a_class_says_of_itself_what_a_dataclass_does(name: str) -> None:
    ours, theirs = OURS[name], THEIRS[name]
    assert [str(one) for one in fields(ours)] == [str(one) for one in fields(theirs)]
    assert ours.__match_args__ == theirs.__match_args__
    assert list(inspect.signature(ours).parameters) == list(inspect.signature(theirs).parameters)
    assert ours.__init__.__qualname__ == theirs.__init__.__qualname__


@pytest.mark.parametrize(("name", "arguments"), [("One", ()), ("One", (1, 2)), ("Empty", (1,))])
def test_a_wrong_number_of_arguments_is_refused_in_the_same_words(name: str, arguments: tuple[object, ...]) -> None:
    with pytest.raises(TypeError) as theirs:
        THEIRS[name](*arguments)
    with pytest.raises(TypeError) as ours:
        OURS[name](*arguments)
    assert str(ours.value) == str(theirs.value)


def test_each_value_has_a_default_of_its_own() -> None:
    one, other = OURS["Several"](1), OURS["Several"](1)
    one.made.append(1)
    assert other.made == []


def test_nothing_is_set_nor_deleted_nor_added() -> None:
    one = OURS["One"](1)
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'name'"):
        one.name = 2
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'name'"):
        del one.name
    with pytest.raises(AttributeError):
        one.new = 1
    assert not hasattr(one, "__dict__")


@frozen
class Kept:
    """A class that can be pickled, as it stands in a module."""

    name: str
    below: "Kept | None" = None


@frozen
class Found:
    """A class that finds something out when it is asked for it."""

    name: str

    @cached_property
    def upper(self) -> str:
        """Return a text of its own each time that it is made."""
        return "".join(list(self.name.upper() + "!"))


@mutable
class Counted:
    """A class with fields that may be set."""

    name: str
    times: int = 0
    seen: list[str] = field(default_factory=list)


CALLS: list[tuple[str, tuple[object, ...], dict[str, object]]] = [
    ("Empty", (), {}),
    ("Empty", (1,), {}),
    ("One", (1,), {}),
    ("One", (), {"name": 1}),
    ("One", (), {}),
    ("One", (1, 2), {}),
    ("One", (1,), {"name": 2}),
    ("One", (1,), {"other": 2}),
    ("Several", (1,), {"unseen": 3, "made": [1]}),
    ("Several", (1, 2, [3]), {}),
    ("Derived", (1,), {}),
    ("Derived", (1,), {"kind": "int"}),
    ("Shown", (1,), {}),
]


def test_a_value_is_copied_and_pickled() -> None:
    for one in (Kept("a", Kept("b")), Found("a")):
        assert copy.copy(one) == one
        assert copy.deepcopy(one) == one
        assert pickle.loads(pickle.dumps(one)) == one


def test_what_is_found_out_once_is_kept() -> None:
    one = Found("a")
    assert one.upper is one.upper
    with pytest.raises(FrozenInstanceError):
        one.name = "b"  # type: ignore[misc]


@pytest.mark.parametrize(("name", "given", "named"), CALLS)
def test_the_first_of_a_class_are_made_as_all_later_ones(
    name: str, given: tuple[object, ...], named: dict[str, object]
) -> None:
    made = classes(frozen)[name]
    told = [_told(made, given, named) for _ in range(20)]
    assert told == [_told(THEIRS[name], given, named)] * 20


def _told(cls: Any, given: tuple[object, ...], named: dict[str, object]) -> str:
    try:
        return repr(cls(*given, **named))
    except TypeError as error:
        return str(error)


def test_fields_that_may_be_set_are_compared_by_nobody() -> None:
    one, other = Counted("a"), Counted("a")
    one.times += 1
    one.seen.append("b")
    assert (one.times, other.times, other.seen) == (1, 0, [])
    assert one != other
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'name'"):
        Counted()  # type: ignore[call-arg]
