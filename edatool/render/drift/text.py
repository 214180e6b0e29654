"""Drift for people."""

import json
from collections.abc import Iterator
from typing import assert_never

from edatool.change.drift import Attached, Changed, Drift, Drifted, Returned, Shadowed, Vanished
from edatool.change.ledger import Ledger
from edatool.render.changes import change_lines, difference_lines
from edatool.render.drift.shown import ShownDrift
from edatool.routing.topology import Exchange, Queue, describe
from edatool.visible import joined, visible


def text(shown: ShownDrift) -> str:
    """Return what drifted, what is not applied yet, and what is said in several places."""
    compared = shown.drifted
    lines = [visible(shown.title), *map(visible, _last_apply(compared.ledger))]
    if compared.drifts:
        lines += ["", "Not as the last apply left it:", ""]
        lines += [shown.paint(visible(line), "yellow") for one in compared.drifts for line in _lines(one)]
    if compared.unapplied:
        lines += ["", "In the spec, and not applied yet:", ""]
        lines += [joined(change_lines(change)) for change in compared.unapplied]
    if compared.shadowed:
        lines += ["", "Settings that are said in several places:", ""]
        lines += [joined(_shadowed_lines(one)) for one in compared.shadowed]
    return "\n".join([*lines, "", _verdict(compared)])


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


def _verdict(compared: Drifted) -> str:
    if compared.clean:
        return "No drift."
    parts = []
    if compared.drifts:
        parts.append(f"{len(compared.drifts)} drifted")
    if compared.unapplied:
        parts.append(f"{len(compared.unapplied)} not applied yet")
    return f"{', '.join(parts)}. edatool apply makes what is ours as the spec says, and leaves what is not."
