"""Events grouped by what becomes of them: those of one fate are told in one line."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from edatool.change.consequences.consequences import Consequences
from edatool.change.consequences.effects import Effect, EffectKind
from edatool.counted import few
from edatool.frozen import frozen
from edatool.render.plan.why import ALWAYS, example, why

ORDER: tuple[EffectKind, ...] = ("unroutable", "refused", "loses", "changes", "gains", "nowhere")
"""What is unsafe first."""
COLOURS = {"!": "red", "-": "red", "~": "yellow", "+": "green"}
"""The colour of each mark."""
_QUEUES = 5


@frozen
class Fate:
    """What becomes of some events, or messages of routing tests: all that is said of them is the same."""

    kind: EffectKind
    queues: tuple[str, ...]
    certainty: tuple[str, str]
    reason: str
    example: str
    refusal: str | None
    names: tuple[str, ...]
    is_event: bool

    @property
    def unsafe(self) -> bool:
        """Whether these are events that reached queues, and will reach none."""
        return self.is_event and self.kind in ("unroutable", "refused")


@frozen
class Reached:
    """The queues that a new event reaches for one reason, none where nobody gets it."""

    queues: tuple[str, ...]
    maybe: bool
    reason: str

    @property
    def cells(self) -> tuple[str, str]:
        """The queues, and the reason."""
        named = few(self.queues, _QUEUES) or "no queue"
        return (f"maybe {named}" if self.maybe else named), self.reason


@frozen
class Arrival:
    """New events that reach the same queues for the same reasons."""

    names: tuple[str, ...]
    reached: tuple[Reached, ...]


def fates(found: Consequences) -> list[Fate]:
    """Return what becomes of all that is not new, the unsafe first."""
    new, gone = newly_published(found), _lost(found)
    told = [one for one in found.effects if not (one.is_event and one.name in new)]
    told = [one for one in told if one.kind != "loses" or not gone.issuperset(map(id, one.probes))]
    alike: dict[object, list[Effect]] = {}
    for one in told:
        alike.setdefault((one.kind, one.before, one.after, why(one), one.refusal, one.is_event), []).append(one)
    made = [each for group in alike.values() for each in _fates(group)]
    return sorted(made, key=lambda one: ORDER.index(one.kind))


def arrivals(found: Consequences) -> list[Arrival]:
    """Return the events that are new, or that the broker refuses until now."""
    new = newly_published(found)
    rows: dict[str, list[Effect]] = {name: [] for name in new}
    for one in found.effects:
        if one.is_event and one.name in new:
            rows[one.name].append(one)
    alike: dict[tuple[Reached, ...], list[str]] = {}
    for name, own in rows.items():
        alike.setdefault(tuple(_reached(own)), []).append(name)
    return [Arrival(tuple(names), reached) for reached, names in alike.items()]


def newly_published(found: Consequences) -> tuple[str, ...]:
    """Name the events that are new, or that the broker refuses until now."""
    published = (one for one in found.reroutes if one.is_event and one.before == "refused" != one.after)
    return tuple(dict.fromkeys(one.name for one in published))


def _fates(alike: Sequence[Effect]) -> Iterator[Fate]:
    """Join what is said with the same words: the queues that the same events gain or lose, or else the events."""
    first = alike[0]
    common = Fate(
        first.kind, (), (first.before, first.after), why(first), example(first), first.refusal, (), first.is_event
    )
    if first.kind in ("unroutable", "refused"):
        same = {one.queues for one in alike}
        queues = first.queues if len(same) == 1 else ()
        yield replace(common, queues=queues, names=tuple(one.name for one in alike))
        return
    by_queue: dict[tuple[str, ...], list[str]] = {}
    for one in alike:
        by_queue.setdefault(one.queues, []).append(one.name)
    by_names: dict[tuple[str, ...], list[str]] = {}
    for found, names in by_queue.items():
        by_names.setdefault(tuple(names), []).extend(found)
    for own, reached in by_names.items():
        yield replace(common, queues=tuple(reached), names=own)


def _lost(found: Consequences) -> set[int]:
    """Return which messages reach no queue any more: with that it is said which queues lose them."""
    ends = (one for one in found.effects if one.kind in ("unroutable", "refused"))
    return {id(probe) for one in ends for probe in one.probes}


def _reached(own: Sequence[Effect]) -> Iterator[Reached]:
    """Yield what a new event reaches, first the queues that get all of it."""
    alike: dict[tuple[bool, str], list[str]] = {}
    for one in own:
        alike.setdefault((one.after == "maybe", why(one)), []).extend(one.queues)
    for (maybe, reason), queues in sorted(alike.items(), key=lambda item: item[0][1] != ALWAYS):
        yield Reached(tuple(queues), maybe, reason)
