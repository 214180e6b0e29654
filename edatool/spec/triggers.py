"""Triggers as they are written: each is an action, and one that names events has a queue of its own."""

from collections.abc import Iterator, Mapping
from typing import Any

from edatool.spec.quantity import milliseconds
from edatool.spec.secret import reference
from edatool.spec.spec import SpecBinding, Trigger

Plain = Mapping[str, Any]


def trigger(name: str, one: Plain, folder: str) -> Trigger:
    """Return a checked trigger; files are relative to ``folder``."""
    return Trigger(
        name=name,
        queue=one.get("queue", name),
        run=tuple(word for word in one.get("run", []) if word is not None),
        call=one.get("call"),
        http=reference(one["http"], folder) if "http" in one else None,
        aws_lambda=one.get("lambda"),
        warm=one.get("warm", False),
        token=reference(one["token"], folder) if "token" in one else None,
        timeout=milliseconds(one["timeout"]) if "timeout" in one else None,
        owner=one.get("owner"),
        summary=one.get("summary"),
    )


def queues_of(triggers: Plain, defaults: Plain) -> Iterator[tuple[str, Plain]]:
    """Yield the queues of triggers that name events, as a spec would declare them.

    What an action gives up is kept in a queue beside, unless the defaults say where dead letters go.
    """
    for name, one in triggers.items():
        if "events" in one:
            said = {key: one[key] for key in ("owner", "summary", "retry") if key in one}
            if "dead_letter" not in defaults:
                said["dead_letter"] = {"exchange": "", "key": dead_letters_of(name)}
                yield dead_letters_of(name), {}
            yield name, said


def spelled_out(value: Plain) -> dict[str, Any]:
    """Return a spec's plain value with the queues and bindings of triggers in their place, and no action."""
    triggers = {name: one for name, one in (value.get("triggers") or {}).items() if "events" in one}
    rest = {key: one for key, one in value.items() if key != "triggers"}
    if triggers:
        own = queues_of(triggers, (value.get("defaults") or {}).get("queue") or {})
        bindings = [
            {"queue": name, **{key: one[key] for key in ("events", "filter") if key in one}}
            for name, one in triggers.items()
        ]
        rest["queues"] = {**(value.get("queues") or {}), **dict(own)}
        rest["bindings"] = [*(value.get("bindings") or []), *bindings]
    return rest


def dead_letters_of(trigger: str) -> str:
    """Return the name of the queue that keeps what a trigger has given up."""
    return f"{trigger}.dead"


def bindings_of(triggers: Plain) -> Iterator[SpecBinding]:
    """Yield the binding of each trigger that names events."""
    for name, one in triggers.items():
        if "events" in one:
            yield SpecBinding(
                events=tuple(event for event in one["events"] if event),
                exchange=None,
                queue=name,
                to_exchange=None,
                keys=(),
                headers={},
                arguments={},
                filter=one.get("filter"),
                path=("triggers", name),
            )
