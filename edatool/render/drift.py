"""Drift for people and for programs."""

import json
from collections.abc import Iterator
from typing import assert_never

from edatool.change.drift import Attached, Changed, Drift, Drifted, Returned, Shadowed, Vanished
from edatool.change.ledger import Ledger
from edatool.render.plan import Paint, change_fields, change_lines, difference_fields, difference_lines, object_fields
from edatool.routing.topology import Exchange, Queue, describe
from edatool.visible import joined, visible

FORMAT_VERSION = 1


def text(compared: Drifted, title: str, paint: Paint = lambda line, _: line) -> str:
    """Return what drifted, to be read; ``paint(line, colour)`` colours a line."""
    lines = [visible(title), *map(visible, _last_apply(compared.ledger))]
    if compared.drifts:
        lines += ["", "Not as the last apply left it:", ""]
        lines += [paint(visible(line), "yellow") for one in compared.drifts for line in _lines(one)]
    if compared.unapplied:
        lines += ["", "In the spec, and not applied yet:", ""]
        lines += [joined(change_lines(change)) for change in compared.unapplied]
    if compared.shadowed:
        lines += ["", "Settings that are said in several places:", ""]
        lines += [joined(_shadowed_lines(one)) for one in compared.shadowed]
    return "\n".join([*lines, "", _verdict(compared)])


def as_json(compared: Drifted) -> str:
    """Return what drifted as JSON; the keys are part of the format, whose version is ``format_version``."""
    return json.dumps(
        {
            "format_version": FORMAT_VERSION,
            "last_apply": {"serial": compared.ledger.serial, "complete": compared.ledger.complete},
            "drifts": [_fields(one) for one in compared.drifts],
            "unapplied": [change_fields(one) for one in compared.unapplied],
            "shadowed": [_shadowed_fields(one) for one in compared.shadowed],
        },
        indent=2,
    )


def _last_apply(ledger: Ledger) -> Iterator[str]:
    if not ledger.history:
        yield "Nothing of this spec was applied here yet."
        return
    last = ledger.history[0]
    revision = f", revision {last.revision}" if last.revision else ""
    yield f"Last apply: {last.serial}, {last.at} by {last.by}{revision}"
    if not last.complete:
        yield "It did not come to its end: run apply again."


def _lines(one: Drift) -> Iterator[str]:
    match one:
        case Changed():
            made_anew = isinstance(one.object, (Exchange, Queue))  # RabbitMQ changes neither in place
            what = "made anew outside of edatool, and not ours any more" if made_anew else "changed outside of edatool"
            yield f"  ~ {describe(one.object)}: {what}"
            yield from difference_lines(one.differences)
        case Vanished():
            yield f"  - {describe(one.object)}: deleted outside of edatool"
        case Returned():
            yield f"  + {describe(one.object)}: removed by an apply, and there again; does a service still declare it?"
        case Attached():
            whose = f"of the spec {one.owner!r}" if one.owner else "not from any spec"
            yield f"  + {describe(one.object)}: {whose}"
        case _:
            assert_never(one)


def _shadowed_lines(one: Shadowed) -> Iterator[str]:
    holds = one.setting.holds
    yield f"  ? {describe(one.object)}: {one.setting.name} is {json.dumps(holds.value)}, by its {holds.source}"
    for other in one.setting.without_effect:
        yield f"        without effect: {json.dumps(other.value)}, by its {other.source}"


def _shadowed_fields(one: Shadowed) -> dict[str, object]:
    setting = one.setting
    return {
        "queue": one.object.name,
        "setting": setting.name,
        "holds": {"source": setting.holds.source, "value": setting.holds.value},
        "without_effect": [{"source": each.source, "value": each.value} for each in setting.without_effect],
    }


def _verdict(compared: Drifted) -> str:
    if compared.clean:
        return "No drift."
    parts = []
    if compared.drifts:
        parts.append(f"{len(compared.drifts)} drifted")
    if compared.unapplied:
        parts.append(f"{len(compared.unapplied)} not applied yet")
    return f"{', '.join(parts)}. edatool apply makes what is ours as the spec says, and leaves what is not."


def _fields(one: Drift) -> dict[str, object]:
    fields: dict[str, object] = {"drift": type(one).__name__.lower(), **object_fields(one.object)}
    if isinstance(one, Changed):
        fields["differences"] = difference_fields(one.differences)
    if isinstance(one, Attached):
        fields["owner"] = one.owner
    return fields
