"""Filters where they are used: in bindings, triggers and deliveries."""

import json
from collections.abc import Mapping
from typing import Any, Protocol

from edatool.spec.shape import Either, Json, MapOf, Text
from edatool.spec.yaml_document import Path

UsedFilter = str | Mapping[str, Any]
"""The name of a filter, or a pattern that has none."""

PATTERN = MapOf(Json(), least=1)
FILTER = Either((Text(), PATTERN), "the name of a filter, or a pattern")


class MayFilter(Protocol):
    """Something that may use a filter; ``path`` says where it stands in the spec."""

    @property
    def filter(self) -> UsedFilter | None:
        """None where it takes everything."""

    @property
    def path(self) -> Path:
        """Where it stands."""


def condition(one: MayFilter) -> str | None:
    """Name the filter that something uses, or write out one that has no name; None where it uses none."""
    if one.filter is None or isinstance(one.filter, str):
        return one.filter
    return json.dumps(one.filter, separators=(", ", ": "))
