"""Payloads as what a handler's parameter is annotated with."""

import datetime
import decimal
import enum
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
import pydantic
import pytest

from edatool import ConsumedEvent, WrongUsage
from edatool.runtime.consume.failures import Poison
from edatool.runtime.consume.reactions import arguments_of


class Kind(enum.Enum):
    CARD = "card"


@dataclass
class Line:
    sku: str
    price: float = 0.0


@dataclass
class Order:
    id: uuid.UUID
    at: datetime.datetime
    kind: Kind
    lines: list[Line]
    tier: Literal["gold", "silver"]
    note: str | None = None
    by: dict[str, Line] = field(default_factory=dict)
    total: decimal.Decimal = decimal.Decimal(0)
    tags: tuple[str, ...] = ()
    more: Any = None


@dataclass
class Tree:
    children: "list[Tree]"


class Struct(msgspec.Struct):
    id: str
    cents: int


class Model(pydantic.BaseModel):
    id: str
    cents: int


@dataclass
class Both:
    model: Model
    structs: Sequence[Struct]


PAYLOAD: dict[str, Any] = {
    "id": "0195f2ad-9c3c-7000-8000-000000000001",
    "at": "2026-11-30T09:30:00+00:00",
    "kind": "card",
    "lines": [{"sku": "a", "price": 1}, {"sku": "b", "unknown": True}],
    "tier": "gold",
    "by": {"x": {"sku": "c"}},
    "total": 1.5,
    "tags": ["new"],
    "more": [1],
}


def event(payload: object) -> ConsumedEvent:
    return ConsumedEvent("e", payload, "m-1", "q", "x", "k", {}, b"")


def test_a_dataclass_is_made_with_all_that_is_in_it() -> None:
    def handle(order: Order) -> None: ...

    (order,) = arguments_of(handle)(event(PAYLOAD))
    assert order == Order(
        uuid.UUID(PAYLOAD["id"]),
        datetime.datetime(2026, 11, 30, 9, 30, tzinfo=datetime.UTC),
        Kind.CARD,
        [Line("a", 1.0), Line("b")],
        "gold",
        None,
        {"x": Line("c")},
        decimal.Decimal("1.5"),
        ("new",),
        [1],
    )
    assert type(order.lines[0].price) is float


def test_types_of_libraries_are_made_by_them() -> None:
    def handle_struct(one: Struct) -> None: ...
    def handle_model(one: Model, event: ConsumedEvent) -> None: ...
    def handle_both(one: Both) -> None: ...

    payload = {"id": "a", "cents": 1}
    assert list(arguments_of(handle_struct)(event(payload))) == [Struct("a", 1)]
    assert list(arguments_of(handle_model)(event(payload))) == [Model(id="a", cents=1), event(payload)]
    (both,) = arguments_of(handle_both)(event({"model": payload, "structs": [payload]}))
    assert both == Both(Model(id="a", cents=1), [Struct("a", 1)])


def test_the_event_goes_to_a_parameter_without_a_type_and_the_payload_to_a_dict() -> None:
    def handle(event, payload: dict[str, int], again: int = 1) -> None: ...  # type: ignore[no-untyped-def]

    class Callee:
        def __call__(self, payload: dict) -> None: ...  # type: ignore[type-arg]

    one = event({"a": 1})
    assert list(arguments_of(handle)(one)) == [one, {"a": 1}]
    assert list(arguments_of(Callee())(one)) == [{"a": 1}]


@pytest.mark.parametrize(
    ("wanted", "payload", "words"),
    [
        (Struct, {"id": "a"}, "its payload is no Struct: Object missing required field `cents`"),
        (Line, {"price": 1}, "its payload is no Line: "),
        (Line, {"sku": 1}, "its payload is no Line: 1 is no str"),
        (Line, ["sku"], "its payload is no Line: ['sku'] is no dict"),
        (Line, {"sku": "a", "price": True}, "its payload is no Line: True is no float"),
        (Order, {**PAYLOAD, "tier": "tin"}, "its payload is no Order: 'tin' is none of 'gold', 'silver'"),
        (Order, {**PAYLOAD, "note": 5}, "its payload is no Order: 5 is no NoneType"),
        (Model, {"id": "a"}, "its payload is no Model: 1 validation error for Model"),
    ],
)
def test_a_payload_that_does_not_fit_is_poison(wanted: type, payload: object, words: str) -> None:
    def handle(one) -> None: ...  # type: ignore[no-untyped-def]

    handle.__annotations__["one"] = wanted
    with pytest.raises(Poison) as poison:
        arguments_of(handle)(event(payload))
    assert str(poison.value).startswith(words)


def test_a_dataclass_that_contains_itself_is_refused() -> None:
    def handle(one: Tree) -> None: ...

    with pytest.raises(WrongUsage, match="contains itself: use a"):
        arguments_of(handle)
