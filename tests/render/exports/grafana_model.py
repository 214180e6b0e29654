"""A dashboard as the classes of Grafana's JSON model read it (grafana-foundation-sdk, made of its schemas)."""

import json
import types
import typing
from collections.abc import Iterator
from enum import Enum

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard


def read(text: str) -> Dashboard:
    """Return a dashboard, with panels and queries as their plugins read them."""
    register_default_plugins()
    return Dashboard.from_json(json.loads(text))


def written(dashboard: Dashboard) -> object:
    """Return what Grafana would write of it."""
    return json.loads(json.dumps(dashboard, cls=JSONEncoder))


def misfits(value: object, at: str = "dashboard") -> Iterator[str]:
    """Yield each place at which something is not as the class around it says."""
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from misfits(one, f"{at}[{number}]")
    elif hasattr(value, "to_json"):
        for name, hint in typing.get_type_hints(type(value)).items():
            below = getattr(value, name)
            if not _fits(below, hint):
                yield f"{at}.{name} is {below!r}, not {hint}"
            yield from misfits(below, f"{at}.{name}")


def _fits(value: object, hint: object) -> bool:
    inner = typing.get_args(hint)
    match typing.get_origin(hint):
        case typing.Union | types.UnionType:
            return any(_fits(value, one) for one in inner)
        case typing.Literal:
            return value in inner
        case origin if origin is list:
            return isinstance(value, list) and all(_fits(one, inner[0]) for one in value)
        case origin if origin is dict:
            return isinstance(value, dict)
    if not isinstance(hint, type) or hint is object:
        return True
    if issubclass(hint, Enum):
        return value in {one.value for one in hint}
    if hint in (int, float):
        return isinstance(value, (int, hint)) and not isinstance(value, bool)
    return isinstance(value, hint)


def lost(before: object, after: object, at: str = "dashboard") -> Iterator[str]:
    """Yield each place at which something is no more in the second of two JSON values."""
    match before, after:
        case dict(), dict():
            for key, one in before.items():
                yield from lost(one, after[key], f"{at}.{key}") if key in after else [f"{at}.{key}"]
        case list(), list() if len(before) == len(after):
            for number, (one, other) in enumerate(zip(before, after, strict=True)):
                yield from lost(one, other, f"{at}[{number}]")
        case _ if before != after:
            yield at
