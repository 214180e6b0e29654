"""Where rejected messages of events end, before and after a topology changes."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from edatool.frozen import frozen
from edatool.routing import effective
from edatool.routing.dead_letter import Passage, dead_letter
from edatool.routing.effective import DeadLetters
from edatool.routing.match import BoundExchange
from edatool.routing.message import Letter
from edatool.routing.router import Router
from edatool.routing.topology import Exchange, Identity
from edatool.routing.trace import Trace


@frozen
class Burial:
    """What an event's messages come to that ``queue`` gets for certain, before and after, and that a consumer rejects.

    ``before`` and ``after`` are the queues that they reach then, or may reach; ``lost`` says why they will reach none.
    """

    event: str
    queue: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    lost: str | None = None


def burials(tried: Iterable[tuple[str, Trace, Trace]], before: Router, after: Router) -> tuple[Burial, ...]:
    """Return the dead letters that end elsewhere; ``tried`` are names of events with the ways of their messages."""
    targets = _targets(before, after)
    unchanged = _unchanged(targets, before, after)
    found: dict[Burial, None] = {}
    for event, was, will in tried:
        for queue in sorted(targets.keys() & {*was.queues} & {*will.queues}):
            assert was.letter
            assert will.letter
            if queue in unchanged and _die_alike(was.letter, will.letter, unchanged[queue]):
                continue
            old = dead_letter(before, was.letter, queue, "rejected")
            new = dead_letter(after, will.letter, queue, "rejected")
            if _ends(old) != _ends(new):
                found[Burial(event, queue, _ends(old), _ends(new), new.lost)] = None
    return tuple(found)


_Targets = Mapping[str, tuple[DeadLetters | None, DeadLetters | None]]


def _targets(before: Router, after: Router) -> _Targets:
    """Return where the dead letters go, before and after, of the queues that stay and have some."""
    queues, now = before.topology.queues, after.topology.queues
    found = {
        name: (effective.dead_letters(one, before.policies), effective.dead_letters(now[name], after.policies))
        for name, one in queues.items()
        if name in now
    }
    return {name: both for name, both in found.items() if any(both)}


def _unchanged(targets: _Targets, before: Router, after: Router) -> dict[str, DeadLetters]:
    """Return where the dead letters go of those queues for which nothing has changed behind that, either."""
    same = {name: old for name, (old, new) in targets.items() if old and old == new}
    exchanges = {one.exchange for one in same.values()}
    as_before = {name for name in exchanges if _leads_on_as_before(name, before, after)}
    return {name: one for name, one in same.items() if one.exchange in as_before}


def _die_alike(was: Letter, will: Letter, target: DeadLetters) -> bool:
    """Tell whether two messages become the same dead letter; most keep other keys only until they get a new one."""
    return was == (will if target.key is None else replace(will, keys=was.keys))


def _leads_on_as_before(exchange: str, before: Router, after: Router) -> bool:
    """Tell whether an exchange, and all to which it leads, is there as before."""
    waiting = [exchange]
    for name in waiting:
        old, new = before.sources.get(name), after.sources.get(name)
        if old is None or new is None or _laid_out(old) != _laid_out(new):
            return False
        onward = {one.destination for one in new.bindings if one.to_exchange}
        waiting += {*onward, *([new.alternate] if new.alternate else ())}.difference(waiting)
    return True


def _laid_out(source: BoundExchange) -> tuple[Exchange, str | None, set[Identity]]:
    return source.exchange, source.alternate, {one.identity for one in source.bindings}


def _ends(passage: Passage) -> tuple[str, ...]:
    return tuple(sorted((*passage.queues, *passage.maybe)))
