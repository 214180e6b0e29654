"""What changes for events, each by itself."""

from collections.abc import Iterator

from edatool.change.consequences.effects import Effect
from edatool.counted import few
from edatool.render.plan.fates import COLOURS
from edatool.render.plan.shown import ShownPlan
from edatool.render.plan.why import example, why
from edatool.render.wrapped import in_columns

_QUEUES = 5
_MARKS = {"loses": "-", "changes": "~", "gains": "+"}


def by_event(shown: ShownPlan) -> Iterator[str]:
    """Yield a row for each queue that an event or a test gains or loses, and why; alike queues share one."""
    named: dict[tuple[bool, str], dict[tuple[str, str], list[Effect]]] = {}
    for one in shown.plan.consequences.effects:
        alike = named.setdefault((one.is_event, one.name), {})
        alike.setdefault((_effect(one), why(one) + example(one)), []).append(one)
    rows, marks = [], []
    for (is_event, name), alike in named.items():
        label = name if is_event else f"test {name!r}"
        for number, ((effect, reason), own) in enumerate(alike.items()):
            rows.append((label if number == 0 else "", _told(effect, own), reason))
            marks.append(effect[0])
    for row, line in in_columns(rows, shown.width, 4):
        yield shown.paint(line, COLOURS[marks[row]])


def _effect(one: Effect) -> str:
    """Return the mark of an effect, with what else is to be said before the queues."""
    if one.kind in ("unroutable", "refused"):
        return f"! becomes {one.kind}" + (f" ({one.refusal})" if one.refusal else "")
    if one.kind == "nowhere":
        return "+ no queue"
    if one.kind == "changes":
        return "~ for certain now" if one.after == "sure" else "~ not for certain any more"
    return _MARKS[one.kind] + (" maybe" if "maybe" in (one.before, one.after) else "")


def _told(effect: str, own: list[Effect]) -> str:
    if own[0].kind in ("unroutable", "refused", "nowhere"):
        return effect
    queues = few([queue for one in own for queue in one.queues], _QUEUES)
    return f"~ {queues} {effect[2:]}" if own[0].kind == "changes" else f"{effect} {queues}"
