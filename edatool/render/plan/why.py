"""Why messages of an event change destination, in words."""

import json
from collections.abc import Iterable

from edatool.change.consequences.condition import CHANCE, ROUTER, UNSIMULATED, Condition, Conditions
from edatool.change.consequences.effects import Effect
from edatool.change.consequences.probes import Probe
from edatool.counted import few
from edatool.render import headers

KEYS = 3
"""How many messages are shown as evidence of a change."""
_VALUES = 6
"""How many values of one field are named."""
_WAYS = 4

ALWAYS, UNBOUND, NOBODY = "always", "nobody is bound: the alternate", "nobody is bound"
BY_ALTERNATE = "it came by the alternate"
BY_DOUBT = {
    CHANCE: "chance decides",
    UNSIMULATED: "this cannot be simulated",
    ROUTER: "filters decide that are not known here",
}


def why(one: Effect) -> str:
    """Return what tells the messages that change: ``always``, ``where region is us, ap``, ``if filter big matches``."""
    cause = one.cause
    asked = {condition for way in cause.ways for condition in way}
    if cause.whole and one.kind in ("nowhere", "unroutable", "refused"):
        return NOBODY if one.kind == "nowhere" else ALWAYS
    if "maybe" in (one.before, one.after) and (doubts := [BY_DOUBT[each] for each in BY_DOUBT if each in asked]):
        return doubts[0]
    if asked and {condition.kind for condition in asked} == {"unbound"} and frozenset() not in cause.ways:
        return BY_ALTERNATE if one.after == "no" else UNBOUND
    if cause.whole:
        return ALWAYS
    if not cause.ways:
        return f"for {evidence(one.probes, by_key=one.by_key)}"
    rest = f"except {_where(cause.exceptions)}" if cause.exceptions else ""
    return " ".join(part for part in (_where(cause.ways), rest) if part)


def example(one: Effect) -> str:
    """Return one of the messages about which a filter tells that changed, else nothing: ``, such as order.us ...``."""
    by_filter = any("filter" in condition.kind for way in one.cause.ways for condition in way)
    seen = next((probe for probe in one.probes if probe.seen), None)
    return f", such as {_message(seen, with_headers=True)}" if seen and by_filter and not one.cause.whole else ""


def clause(reason: str) -> str:
    """Return a reason as the end of a sentence that says which queue gains or loses what."""
    if reason == ALWAYS:
        return ""
    if reason == BY_ALTERNATE:
        return ", which came by the alternate"
    if reason == UNBOUND:
        return f", for {UNBOUND}"
    return f": {reason}" if reason in BY_DOUBT.values() else f" {reason}"


def evidence(probes: Iterable[Probe], *, by_key: bool) -> str:
    """Name a few messages by their keys, and by their headers and what filters ask for where keys do not tell."""
    return few(list(dict.fromkeys(_message(probe, with_headers=not by_key) for probe in probes)), KEYS)


def _where(ways: Iterable[Conditions]) -> str:
    """Return ways of which any suffices: ``where region is us, ap or header size=large``, nothing where all do."""
    alike: dict[object, list[list[Condition]]] = {}
    for way in ways:
        asked = sorted(way, key=_order)
        alike.setdefault(tuple((one.kind, one.name) for one in asked), []).append(asked)
    if () in alike or not alike:
        return ""
    found = [row for group in alike.values() for row in _merged(group)]
    said = [" and ".join(map(_said, row)) for row in found[:_WAYS]]
    more = f" or {len(found) - _WAYS} more ways" if len(found) > _WAYS else ""
    return ("where " if found[0][0][0].kind == "field" else "if ") + " or ".join(said) + more


def _merged(group: list[list[Condition]]) -> list[list[list[Condition]]]:
    """Join ways that differ in one place only, each place with all the conditions that it may have."""
    columns = [list(dict.fromkeys(column)) for column in zip(*group, strict=True)]
    if sum(len(column) > 1 for column in columns) <= 1:
        return [columns]
    return [[[one] for one in way] for way in group]


def _order(one: Condition) -> tuple[bool, str, str]:
    return (one.kind != "field", one.kind, one.name)


def _said(alike: list[Condition]) -> str:
    """Say of which values one has to be."""
    first, values = alike[0], few([one.value or "" for one in alike], _VALUES)
    match first.kind:
        case "field":
            return f"{first.name} is {values}"
        case "key":
            return f"the key matches {values}"
        case "header":
            return f"header {first.name}={values}" if first.value is not None else f"header {first.name} is there"
        case "headers":
            return f"one of the headers {values}"
        case "filter" | "earlier filter":
            names = dict.fromkeys(name for one in alike for name in (one.value or "").split(" or "))
            named = "its filter" if "" in names else f"filter {' or '.join(names)}"
            return f"{named} matches" if first.kind == "filter" else f"{named} matched before"
        case "unbound":
            return f"nobody is bound at {first.name}"
        case _:
            return BY_DOUBT[Condition(first.kind)]


def _message(probe: Probe, *, with_headers: bool) -> str:
    message = probe.message
    if not with_headers:
        return message.key or "(no key)"
    values = ", ".join(f"{path}={json.dumps(value, ensure_ascii=False)}" for path, value in probe.seen.items())
    further = f"with {values}" if values else headers.text(message.headers)
    return " ".join(part for part in (message.key, further) if part) or "(no key)"
