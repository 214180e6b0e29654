"""Random specs with filters on one event, and payloads that keep its contract."""

from typing import Any

from hypothesis import strategies as st

TIERS = ("gold", "silver", "5", "true", "a.b", "*", "#", "")
REGIONS = ("eu", "us", "5", "true", "x-y")
NUMBERS = (0, 1, 5, 2**40)

FIELDS: dict[str, tuple[object, ...]] = {
    "data.region": (*REGIONS, 5, True),
    "data.customer.tier": TIERS,
    "headers.tier": TIERS,
    "data.size": (*NUMBERS, 1.0, 2.5),
    "data.vip": (True, False, 1),
    "data.total": (*NUMBERS, "5", None),
    "key": ("order.eu.placed", "order.us.placed", "order.x", "other"),
    "type": ("placed", "other"),
}


def _conditions() -> st.SearchStrategy[dict[str, Any]]:
    one = st.sampled_from(sorted(FIELDS)).flatmap(
        lambda path: st.lists(st.sampled_from(FIELDS[path]), min_size=1, max_size=3).map(lambda values: {path: values})
    )
    return st.recursive(
        st.lists(one, min_size=1, max_size=3).map(lambda parts: {k: v for part in parts for k, v in part.items()}),
        lambda inner: st.tuples(st.sampled_from(("$or", "$and")), st.lists(inner, min_size=1, max_size=3)).map(
            lambda pair: {pair[0]: pair[1]}
        ),
        max_leaves=4,
    )


def payloads() -> st.SearchStrategy[dict[str, Any]]:
    customers = st.fixed_dictionaries({}, optional={"tier": st.sampled_from((*TIERS, None))})
    return st.fixed_dictionaries(
        {"region": st.sampled_from((*REGIONS, 5, True))},
        optional={
            "customer": customers,
            "size": st.sampled_from((*NUMBERS, None)),
            "vip": st.sampled_from((True, False, 1)),
            "total": st.sampled_from((*NUMBERS, 2.5, "5", None, [5, 0])),
        },
    )


@st.composite
def specs(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a spec; each queue ``fN`` has one binding with a filter, and some have one without besides."""
    number = draw(st.integers(1, 4))
    kind = draw(st.sampled_from(("topic", "topic", "topic", "fanout", "direct")))
    key = draw(st.sampled_from(("order.{region}.placed", "order.r-{region}", "order"))) if kind == "topic" else "order"
    bindings: list[dict[str, Any]] = [
        {"queue": "all", "exchange": "events", "key": "#" if kind == "topic" else key},
        {"queue": "words", "exchange": "events", "key": "*.*"},
    ]
    for place in range(number):
        by_key = {"exchange": "events", "key": draw(st.sampled_from(("order.#", "#", "order.*.placed", "order")))}
        way = {"events": ["placed"]} if draw(st.booleans()) else by_key
        bindings.append({"queue": f"f{place}", **way, "filter": draw(_conditions())})
        if draw(st.integers(0, 3)) == 0:
            bindings.append({"queue": f"f{place}", "exchange": "events", "key": "order.eu.*"})
    return {
        "edatool": 1,
        "name": "shop",
        "events": {
            "placed": {
                "exchange": "events",
                "key": key,
                "headers": {"tier": "customer.tier", "x-size": "size", "vip": "vip"},
            }
        },
        "exchanges": {"events": {"type": kind}},
        "queues": {name: {} for name in ("all", "words", *(f"f{place}" for place in range(number)))},
        "bindings": bindings,
    }
