"""What a change of topology means for events: which of them change destination."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal

from edatool.change.consequences.dead_letters import Burial, burials
from edatool.change.consequences.evaluated import evaluated
from edatool.change.consequences.probes import Probe, probes
from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.routing.lowering.generated import Names, names
from edatool.routing.router import Router, router
from edatool.routing.simulate import route
from edatool.routing.topology import Topology
from edatool.routing.trace import Trace
from edatool.routing.version import Version
from edatool.spec.spec import Spec

Certainty = Literal["no", "maybe", "sure"]
"""Whether a queue is reached; ``maybe`` where chance decides, or what cannot be simulated."""

Outcome = Literal["routed", "unroutable", "refused"]
"""What becomes of a message: queues get it, or may; none does; the broker does not take it."""


@frozen
class Destination:
    """A queue that is reached otherwise than before."""

    queue: str
    before: Certainty
    after: Certainty


@frozen
class Reroute:
    """Messages of one event, or of one routing test, that change destination alike.

    ``probes`` are the messages. ``whole`` tells that they are all that were tried of the event, ``by_key`` that no
    other message of the event has one of their keys. ``kept`` are the queues that all of them reach for certain,
    before and after. ``refusal`` is why the broker will not take them.
    """

    before: Outcome
    after: Outcome
    destinations: tuple[Destination, ...]
    refusal: str | None
    kept: tuple[str, ...]
    probes: tuple[Probe, ...]
    whole: bool = True
    by_key: bool = True

    @property
    def name(self) -> str:
        """The event's name, or the test's."""
        return self.probes[0].name

    @property
    def is_event(self) -> bool:
        """Whether these are messages of a declared event."""
        return self.probes[0].kind == "event"

    @property
    def gained(self) -> tuple[str, ...]:
        """The queues reached for certain that were not reached before."""
        return tuple(one.queue for one in self.destinations if (one.before, one.after) == ("no", "sure"))

    @property
    def lost(self) -> tuple[str, ...]:
        """The queues not reached any more that were reached for certain."""
        return tuple(one.queue for one in self.destinations if (one.before, one.after) == ("sure", "no"))

    @property
    def unsafe(self) -> bool:
        """Whether an event that reached queues will reach none."""
        return self.is_event and self.before == "routed" and self.after != "routed"


@frozen
class Consequences:
    """All that changes for events, with how many messages were ``tried``.

    ``doubts`` says what could not be simulated, and ``untried`` names the events of which no message was found.
    ``burials`` are the dead letters of events that will end elsewhere. ``unknown`` says why nobody knows any of it.
    """

    reroutes: tuple[Reroute, ...] = ()
    doubts: tuple[str, ...] = ()
    untried: tuple[str, ...] = ()
    tried: int = 0
    burials: tuple[Burial, ...] = ()
    unknown: str | None = None

    @property
    def unsafe(self) -> tuple[str, ...]:
        """The names of the events that will reach no queue, wholly or in part, and did before."""
        return tuple(dict.fromkeys(one.name for one in self.reroutes if one.unsafe))


@frozen
class Ways:
    """Where a message goes before and after."""

    probe: Probe
    before: Trace
    after: Trace


def consequences(
    routes: Routes,
    before: Topology,
    after: Topology,
    version: Version,
    *,
    earlier: Spec | None = None,
) -> Consequences:
    """Compare where the messages of a spec without errors go on two topologies of a vhost.

    ``earlier`` is the spec that was applied last, where it is known: the broker does not know its filters.
    """
    if before == after:
        return Consequences()
    old, new = router(before, version), router(after, version)
    tried = [ways(one, old, new, names(routes.spec.name)) for one in probes(routes, old, new, earlier)]
    named = {one.probe.name for one in tried if one.probe.kind == "event"}
    untried = tuple(name for name in routes.spec.events if name not in named)
    buried = burials([(one.probe.name, one.before, one.after) for one in tried if one.probe.kind == "event"], old, new)
    return Consequences(reroutes(tried), _doubts(tried, old, new), untried, len(tried), buried)


def ways(probe: Probe, before: Router, after: Router, generated: Names) -> Ways:
    """Simulate a message before and after; ``generated`` is what is there for the spec's filters."""
    one, other = (
        evaluated(route(each, message), each, generated)
        for each, message in ((before, probe.earlier or probe.message), (after, probe.message))
    )
    return Ways(probe, one, other)


def reroutes(tried: Iterable[Ways]) -> tuple[Reroute, ...]:
    """Return what changes for each event or test, in their order; alike changes of its messages are one."""
    named: dict[tuple[str, str], list[Reroute]] = {}
    for one in tried:
        named.setdefault((one.probe.kind, one.probe.name), []).append(_reroute(one.probe, one.before, one.after))
    return tuple(one for group in named.values() for one in _alike(group))


def _doubts(tried: Iterable[Ways], before: Router, after: Router) -> tuple[str, ...]:
    """Return what cannot be simulated, of the topologies and of single events."""
    general = dict.fromkeys((*before.doubts, *after.doubts))
    own = {
        f"{one.probe.name}: {doubt}": None
        for one in tried
        for doubt in (*one.before.doubts, *one.after.doubts)
        if doubt not in general
    }
    return (*general, *own)


def _reroute(probe: Probe, before: Trace, after: Trace) -> Reroute:
    queues = sorted({*before.queues, *before.maybe, *after.queues, *after.maybe})
    found = [(name, _certainty(before, name), _certainty(after, name)) for name in queues]
    return Reroute(
        before=_outcome(before),
        after=_outcome(after),
        destinations=tuple(Destination(name, old, new) for name, old, new in found if old != new),
        refusal=f"{after.refused.code}, {after.refused.reason}" if after.refused else None,
        kept=tuple(name for name, old, new in found if old == new == "sure"),
        probes=(probe,),
    )


def _certainty(trace: Trace, queue: str) -> Certainty:
    return "sure" if queue in trace.queues else "maybe" if queue in trace.maybe else "no"


def _outcome(trace: Trace) -> Outcome:
    return "refused" if trace.refused else "unroutable" if trace.unroutable else "routed"


def _alike(group: list[Reroute]) -> Iterator[Reroute]:
    """Join the messages of one event that change in the same way, and leave out those that do not."""
    alike: dict[object, list[Reroute]] = {}
    for one in group:
        if one.before != one.after or one.destinations:
            alike.setdefault((one.before, one.after, one.destinations, one.refusal), []).append(one)
    for one in map(_joined, alike.values()):
        own = {probe.message.key for probe in one.probes}
        same_key = sum(each.probes[0].message.key in own for each in group)
        yield replace(one, whole=len(one.probes) == len(group), by_key=same_key == len(one.probes))


def _joined(alike: list[Reroute]) -> Reroute:
    first, *others = alike
    always = set(first.kept).intersection(*(one.kept for one in others))
    kept = tuple(name for name in first.kept if name in always)
    return replace(first, kept=kept, probes=tuple(probe for one in alike for probe in one.probes))
