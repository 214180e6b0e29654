"""What is said of drift, in lines."""

import json
from collections.abc import Iterator
from typing import assert_never

from edatool.change.drift import Attached, Changed, Drift, Drifted, Returned, Shadowed, Vanished
from edatool.change.ledger import Ledger
from edatool.render.changes import change_lines, difference_lines
from edatool.routing.topology import Exchange, Queue, describe

DRIFTED = "Not as the last apply left it:"


def parts(compared: Drifted) -> Iterator[tuple[str, list[str]]]:
    """Yield each heading with its lines, those without lines too."""
    yield DRIFTED, [line for one in compared.drifts for line in _lines(one)]
    yield "In the spec, and not applied yet:", [line for one in compared.unapplied for line in change_lines(one)]
    yield (
        "Settings that are said in several places:",
        [line for one in compared.shadowed for line in _shadowed_lines(one)],
    )


def last_apply(ledger: Ledger) -> Iterator[str]:
    """Yield when a spec was last applied, by whom, and whether that came to its end."""
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


def verdict(compared: Drifted) -> str:
    """Return how much there is, and what helps."""
    if compared.clean:
        return "No drift."
    parts = []
    if compared.drifts:
        parts.append(f"{len(compared.drifts)} drifted")
    if compared.unapplied:
        parts.append(f"{len(compared.unapplied)} not applied yet")
    return f"{', '.join(parts)}. edatool apply makes what is ours as the spec says, and leaves what is not."
