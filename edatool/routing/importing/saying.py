"""A spec of what exists, with what another tool's file says besides: events, consumers, owners, summaries."""

from collections.abc import Mapping
from typing import Any

from edatool.findings import Finding
from edatool.routing.bindings import BUILT_IN
from edatool.routing.importing.expressible import LEFT_OUT

Plain = dict[str, Any]
_FIRST = ("edatool", "name", "vhost", "defaults")


def with_said(value: Plain, said: Mapping[str, Mapping[str, Any]]) -> tuple[Plain, list[Finding]]:
    """Return the plain value of a spec with what is said besides, and a note (W401) on what lost what it needs."""
    queues, exchanges = value.get("queues", {}), {*value.get("exchanges", {}), *BUILT_IN}
    events, consumers, of_queues = (said.get(section, {}) for section in ("events", "consumers", "queues"))
    lost = {f"the event {name!r}": "exchange" for name, one in events.items() if one["exchange"] not in exchanges}
    lost |= {f"the consumer {name!r}": "queue" for name, one in consumers.items() if set(one["queues"]) - queues.keys()}
    sections = {
        "events": {name: one for name, one in events.items() if one["exchange"] in exchanges},
        **{section: inside for section, inside in value.items() if section not in _FIRST},
        "queues": {name: {**of_queues.get(name, {}), **one} for name, one in queues.items()},
        "consumers": {name: one for name, one in consumers.items() if not set(one["queues"]) - queues.keys()},
    }
    first = {key: value[key] for key in _FIRST if key in value}
    whole = first | {section: inside for section, inside in sections.items() if inside}
    return whole, [Finding(LEFT_OUT, f"{what} is left out: so is its {needed}") for what, needed in lost.items()]
