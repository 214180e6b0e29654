"""Values: dataclasses with slots that nothing changes; and such whose fields may be set again.

``dataclass`` compiles up to six methods of each class at import, and that took half of the time in which a command
started. Here a method is compiled when it is first called, which most never are, and ``__init__`` when many are made.
"""

from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from functools import cached_property, partial
from reprlib import recursive_repr
from typing import Any, NoReturn, TypeVar, cast, dataclass_transform

T = TypeVar("T")

_FEW = 10
"""Making so many of a class takes less time than compiling its ``__init__``."""


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """Make of a class what ``dataclass(frozen=True, slots=True)`` makes of it; without slots for cached properties."""
    made = _with_fields(cls, slots=not any(isinstance(one, cached_property) for one in vars(cls).values()))
    compiled = {name: _Compiled(made, name) for name in ("__init__", "__eq__", "__hash__")}
    for name, method in {**_SHARED, **compiled}.items():
        if name not in vars(made):
            setattr(made, name, method)
    return made


@dataclass_transform(eq_default=False, field_specifiers=(field,))
def mutable(cls: type[T]) -> type[T]:
    """Make of a class what ``dataclass(slots=True, eq=False, repr=False)`` makes of it."""
    made: Any = _with_fields(cls, slots=True)
    made.__init__ = _Compiled(made, "__init__")
    return cast("type[T]", made)


def _with_fields(cls: type[T], *, slots: bool) -> type[T]:
    cls.__doc__ = cls.__doc__ or cls.__name__  # else dataclass() takes its time to write one
    return dataclass(init=False, repr=False, eq=False, slots=slots)(cls)


class _Compiled:
    """Stands for a method of a class until somebody asks for it."""

    __slots__ = ("_calls", "_cls", "_name")

    def __init__(self, cls: type, name: str) -> None:
        self._cls, self._name, self._calls = cls, name, 0

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        self._calls += 1
        if instance is not None and self._name == "__init__" and self._calls <= _FEW:
            return partial(_fill, instance, self)
        return self.compiled().__get__(instance, owner)

    def compiled(self) -> Any:
        """Compile the method, and put it in this one's place."""
        cls, name = self._cls, self._name
        names: dict[str, Any] = {"__name__": cls.__module__}
        text = _init(cls, names) if name == "__init__" else _compared(cls, name)
        exec(text, names)  # noqa: S102 - the words are our own, and names of fields
        method = names[name]
        method.__qualname__ = f"{cls.__qualname__}.{name}"
        setattr(cls, name, method)
        return method


def _fill(self: Any, method: _Compiled, /, *given: object, **named: object) -> None:
    """Set the fields as the compiled ``__init__`` does, which is left to refuse arguments that are wrong."""
    defaults = {one.name: _default(one) for one in fields(self) if one.init}
    positional = dict(zip(defaults, given, strict=False))
    values = {**defaults, **positional, **named}
    wrong = len(positional) < len(given) or positional.keys() & named.keys() or len(values) > len(defaults)
    if wrong or any(value is MISSING for value in values.values()):
        method.compiled()(self, *given, **named)
        return
    for name, value in values.items():
        object.__setattr__(self, name, value)
    if hasattr(self, "__post_init__"):
        self.__post_init__()


def _default(one: Any) -> object:
    return one.default if one.default_factory is MISSING else one.default_factory()


def _init(cls: Any, names: dict[str, Any]) -> str:
    """Write a class's ``__init__``, and add to ``names`` what it uses."""
    names |= {"_set": object.__setattr__, "_MISSING": MISSING}
    parameters, steps = ["self"], []
    for one in fields(cls):
        default, value = f"_{one.name}_default", one.name
        if one.default_factory is not MISSING:
            names[default] = one.default_factory
            parameters.append(f"{one.name}=_MISSING")
            value = f"{default}() if {one.name} is _MISSING else {one.name}"
        elif one.default is not MISSING:
            names[default] = one.default
            parameters.append(f"{one.name}={default}")
        elif one.init:
            parameters.append(one.name)
        else:
            continue
        steps.append(f"_set(self, {one.name!r}, {value})")
    if hasattr(cls, "__post_init__"):
        steps.append("self.__post_init__()")
    return f"def __init__({', '.join(parameters)}): {'; '.join(steps) or 'pass'}"


def _compared(cls: Any, name: str) -> str:
    """Write the method of a class that compares all fields, or that makes a hash of them."""
    own, others = (
        f"({''.join(f'{owner}.{one.name}, ' for one in fields(cls) if one.compare)})" for owner in ("self", "other")
    )
    if name == "__hash__":
        return f"def __hash__(self): return hash({own})"
    return f"def __eq__(self, other): return {own} == {others} if other.__class__ is self.__class__ else NotImplemented"


@recursive_repr()
def _repr(self: Any) -> str:
    shown = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
    return f"{self.__class__.__qualname__}({shown})"


def _set(self: object, name: str, value: object) -> NoReturn:
    del self, value
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _delete(self: object, name: str) -> NoReturn:
    del self
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _restore(self: object, state: dict[str, object] | tuple[None, dict[str, object]]) -> None:
    """Set the fields of a copy, as ``copy`` and ``pickle`` do."""
    for name, value in (state if isinstance(state, dict) else state[1]).items():
        object.__setattr__(self, name, value)


_SHARED = {"__repr__": _repr, "__setattr__": _set, "__delattr__": _delete, "__setstate__": _restore}
