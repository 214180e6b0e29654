"""JSON values as what a handler's parameter is annotated with: a dataclass, a msgspec.Struct, a Pydantic model."""

import dataclasses
import datetime
import decimal
import enum
import sys
import types
import typing
import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from edatool.runtime.consume.failures import Poison

Convert = Callable[[Any], Any]
_PLAIN = (str, int, float, bool, dict, list, type(None))
_FROM_TEXT: Mapping[type, Convert] = {
    datetime.datetime: datetime.datetime.fromisoformat,
    datetime.date: datetime.date.fromisoformat,
    datetime.time: datetime.time.fromisoformat,
    decimal.Decimal: lambda value: decimal.Decimal(str(value)),
    uuid.UUID: uuid.UUID,
}


def converter(wanted: Any) -> Convert:
    """Return what makes a value of this type of a JSON value; it raises Poison where that does not fit.

    Of dataclasses all fields are converted, whatever their depth. What a payload has and a type has not is left out.
    """
    if wanted is Any or wanted is object:
        return lambda value: value
    return partial(_converted, _by_library(wanted) or _plain(wanted), getattr(wanted, "__name__", str(wanted)))


def _converted(convert: Convert, name: str, value: Any) -> Any:
    try:
        return convert(value)
    except Exception as error:  # whatever the checks of a type raise, the payload does not fit
        raise Poison(f"its payload is no {name}: {error}") from error


def _by_library(wanted: Any) -> Convert | None:
    """Return how a library converts to a type of its own; who has such a type has imported it."""
    pydantic, msgspec = sys.modules.get("pydantic"), sys.modules.get("msgspec")
    if pydantic and isinstance(wanted, type) and issubclass(wanted, pydantic.BaseModel):
        validate: Convert = getattr(wanted, "model_validate")  # noqa: B009 - it is no attribute of every type
        return validate
    if msgspec and isinstance(wanted, type) and issubclass(wanted, msgspec.Struct):
        return partial(msgspec.convert, type=wanted)
    return None


def _plain(wanted: Any) -> Convert:
    origin, inner = typing.get_origin(wanted), typing.get_args(wanted)
    if origin in (typing.Union, types.UnionType):
        return partial(_first_that_fits, [_by_library(one) or _plain(one) for one in inner])
    if origin is typing.Literal:
        return partial(_one_of, inner)
    if origin in (list, tuple, Sequence):
        item = _by_library(inner[0]) or _plain(inner[0])
        return partial(_items, tuple if origin is tuple else list, item)
    if origin in (dict, Mapping):
        item = _by_library(inner[1]) or _plain(inner[1])
        return lambda value: {name: item(one) for name, one in _a(dict, value).items()}
    if dataclasses.is_dataclass(wanted):
        return _of_fields(wanted)
    if wanted in _FROM_TEXT:
        return _FROM_TEXT[wanted]
    if isinstance(wanted, type) and issubclass(wanted, enum.Enum):
        return wanted
    if wanted is Any or wanted is object:
        return lambda value: value
    if wanted in _PLAIN:
        return partial(_a, wanted)
    raise TypeError(f"payloads are not converted to {wanted!r}: use a dataclass, a msgspec.Struct or a Pydantic model")


def _of_fields(wanted: Any) -> Convert:
    hints = typing.get_type_hints(wanted)
    fields = {one.name: _by_library(hints[one.name]) or _plain(hints[one.name]) for one in dataclasses.fields(wanted)}

    def convert(value: Any) -> Any:
        given = _a(dict, value)
        return wanted(**{name: to(given[name]) for name, to in fields.items() if name in given})

    return convert


def _a(kind: type, value: Any) -> Any:
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise TypeError(f"{value!r:.40} is no {kind.__name__}")
    return value


def _items(kind: type, item: Convert, value: Any) -> Any:
    return kind(item(one) for one in _a(list, value))


def _one_of(values: tuple[object, ...], value: Any) -> Any:
    if value not in values:
        raise ValueError(f"{value!r:.40} is none of {', '.join(map(repr, values))}")
    return value


def _first_that_fits(choices: Sequence[Convert], value: Any) -> Any:
    for one in choices[:-1]:
        try:
            return one(value)
        except (TypeError, ValueError, ArithmeticError, KeyError):
            continue
    return choices[-1](value)
