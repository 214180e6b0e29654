"""Random sections for administrators, drawn from the shapes of the format: a new key is drawn without being named."""

from typing import Any

from hypothesis import strategies as st

from edatool.spec.administration import SECTIONS
from edatool.spec.format import ROUTES
from edatool.spec.shape import (
    Boolean,
    Either,
    Integer,
    Json,
    ListOf,
    MapOf,
    OneOf,
    Quantity,
    Record,
    Shape,
    Text,
)

NAMES = ("a", "a.b", "yes", "1", "${HOME}", "a: b", "é", "'", "x" * 200, "a\nb")
RAW = ("reconnect-delay", "prefetch-count", "src-prefetch-count", "dest-uri-of-ours", "ack-mode", "uris", "settings")
URIS: tuple[Any, ...] = (
    *("amqp://", "amqps://someone@far:1/%2F", {"env": "FAR"}, {"file": "far.uri"}),
    *(["amqp://"], ["amqp://near", {"env": "FAR"}]),
)


@st.composite
def sections(draw: st.DrawFn) -> dict[str, Any]:
    """Draw sections that say something, with users that have permissions."""
    found = {name: draw(values(ROUTES.fields[name].shape)) for name in (*SECTIONS, "operator_policies")}
    for user in found["users"].values():
        user.setdefault("permissions", {})
    if not found["virtual_host"].get("limits", True):
        del found["virtual_host"]["limits"]
    return {name: one for name, one in found.items() if one}


def values(shape: Shape) -> st.SearchStrategy[Any]:
    """Draw what a shape allows."""
    match shape:
        case Text():
            return st.sampled_from(("", *NAMES) if shape.least == 0 else NAMES)
        case Integer():
            return st.integers(shape.minimum, min(shape.maximum, 10**6))
        case Boolean():
            return st.booleans()
        case OneOf():
            return st.sampled_from(shape.options)
        case Quantity():
            return st.builds(lambda number, unit: f"{number}{unit}", st.integers(0, 5000), st.sampled_from(shape.units))
        case Json():
            plain = st.none() | st.booleans() | st.integers(-5, 5000) | st.sampled_from((1.5, "5s", "never", *NAMES))
            return plain | st.lists(plain, max_size=2) | st.dictionaries(st.sampled_from(NAMES), plain, max_size=2)
        case ListOf():
            return st.lists(values(shape.item), min_size=shape.least, max_size=3, unique=True)
        case MapOf():
            names = st.sampled_from(RAW if isinstance(shape.value, Json) else NAMES)
            return st.dictionaries(names, values(shape.value), min_size=shape.least, max_size=3)
        case Either():
            return st.one_of([values(option) for option in shape.options])
        case Record():
            return records(shape)
        case _:
            raise AssertionError(shape)


@st.composite
def records(draw: st.DrawFn, shape: Record) -> dict[str, Any]:
    """Draw a record; of keys that exclude each other one at most."""
    found = {
        key: draw(st.sampled_from(URIS) if key == "uri" else values(field.shape))
        for key, field in shape.fields.items()
        if field.required or draw(st.booleans())
    }
    for group in (*shape.at_most_one, *shape.exactly_one):
        kept = draw(st.sampled_from(group))
        for key in group:
            if key != kept:
                found.pop(key, None)
        if group in shape.exactly_one:
            found[kept] = draw(values(shape.fields[kept].shape))
    return found
