"""What a change of topology means for each event, queue by queue, and why."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from edatool.change.consequences.cause import Cause, Least, cause, least
from edatool.change.consequences.condition import Asking, Conditions
from edatool.change.consequences.probes import Probe
from edatool.change.consequences.reroutes import BeforeAndAfter, Certainty, certainty, outcome
from edatool.frozen import frozen
from edatool.spec.spec import Event

EffectKind = Literal["unroutable", "refused", "loses", "changes", "gains", "nowhere"]


@frozen
class Effect:
    """What messages of one event, or of one routing test, have in common that change.

    ``unroutable`` and ``refused``: they reached ``queues``, and reach none any more. ``loses``, ``gains``: the one
    queue does not get them any more, or does from now on; ``changes``: it does with other certainty. ``nowhere``: they
    are newly published, and reach no queue. ``probes`` are the messages that were tried; ``by_key`` tells that no other
    message of the event has one of their keys.
    """

    kind: EffectKind
    name: str
    is_event: bool
    queues: tuple[str, ...]
    before: Certainty
    after: Certainty
    cause: Cause
    probes: tuple[Probe, ...]
    by_key: bool = True
    refusal: str | None = None


@frozen
class _Tried:
    """A message, with the least that it had to have for each queue, before and after."""

    ways: BeforeAndAfter
    before: Least
    after: Least


_Tells = Callable[[_Tried], Conditions | None]


def effects(
    tried: Iterable[BeforeAndAfter],
    events: Mapping[str, Event],
    before: Asking,
    after: Asking,
    earlier: Mapping[str, Event],
) -> tuple[Effect, ...]:
    """Return what becomes otherwise for each event and test, in their order; ``earlier`` is what the events were."""
    named: dict[tuple[str, str], list[BeforeAndAfter]] = {}
    for one in tried:
        named.setdefault((one.probe.kind, one.probe.name), []).append(one)
    found: list[Effect] = []
    for (kind, name), all_of_it in named.items():
        if any(_changes(one) for one in all_of_it):
            event = events[name] if kind == "event" else None
            was = earlier.get(name) if event else None
            laid_out = [
                _Tried(one, least(one.before, was, before), least(one.after, event, after)) for one in all_of_it
            ]
            found += [*_ends(laid_out), *_of_queues(laid_out)]
    return tuple(found)


def _changes(one: BeforeAndAfter) -> bool:
    return outcome(one.before) != outcome(one.after) or _reached(one, after=False) != _reached(one, after=True)


def _reached(one: BeforeAndAfter, *, after: bool) -> tuple[frozenset[str], frozenset[str]]:
    trace = one.after if after else one.before
    return frozenset(trace.queues), frozenset(trace.maybe)


def _ends(tried: Sequence[_Tried]) -> Iterator[Effect]:
    """Yield which messages reach no queue from now on."""
    for kind in ("unroutable", "refused"):
        lost = [one for one in tried if (outcome(one.ways.before), outcome(one.ways.after)) == ("routed", kind)]
        if lost:
            queues = sorted({name for one in lost for name in (*one.ways.before.queues, *one.ways.before.maybe)})
            yield _effect((kind, tuple(queues), "sure", "no"), tried, lost, (_any_before, _any_after))
    nowhere = [one for one in tried if (outcome(one.ways.before), outcome(one.ways.after)) == ("refused", "unroutable")]
    if nowhere:
        yield _effect(("nowhere", (), "no", "no"), tried, nowhere, (_any_before, _any_after))


def _of_queues(tried: Sequence[_Tried]) -> Iterator[Effect]:
    found: dict[tuple[str, Certainty, Certainty], list[_Tried]] = {}
    for one in tried:
        for name in sorted({*one.before, *one.after}):
            was, will = certainty(one.ways.before, name), certainty(one.ways.after, name)
            if was != will:
                found.setdefault((name, was, will), []).append(one)
    for (name, was, will), changed in found.items():
        kind: EffectKind = "loses" if will == "no" else "gains" if was == "no" else "changes"
        before, after = _way_to(name, after=False), _way_to(name, after=True)
        sides = (before, after) if kind == "loses" else (after, before)
        yield _effect((kind, (name,), was, will), tried, changed, sides)


def _effect(
    what: tuple[EffectKind, tuple[str, ...], Certainty, Certainty],
    tried: Sequence[_Tried],
    changed: Sequence[_Tried],
    tells: tuple[_Tells, _Tells],
) -> Effect:
    """Make an effect on some of all messages of an event; ``tells`` return what led them there, and the rest off."""
    (kind, queues, before, after), (there, otherwise) = what, tells
    own = {id(one) for one in changed}
    rest = [one for one in tried if id(one) not in own]
    probes = tuple(one.ways.probe for one in changed)
    keys = {one.message.key for one in probes}
    refused = changed[0].ways.after.refused
    return Effect(
        kind,
        probes[0].name,
        probes[0].kind == "event",
        queues,
        before,
        after,
        cause((there(one) for one in changed), ((there(one), otherwise(one)) for one in rest)),
        probes,
        by_key=all(one.ways.probe.message.key not in keys for one in rest),
        refusal=f"{refused.code}, {refused.reason}" if refused else None,
    )


def _way_to(queue: str, *, after: bool) -> _Tells:
    return lambda one: (one.after if after else one.before).get(queue)


def _any_before(one: _Tried) -> Conditions | None:
    return min(one.before.values(), key=len, default=None)


def _any_after(one: _Tried) -> Conditions | None:
    return min(one.after.values(), key=len, default=None)
