"""How messages of one event change destination, by those that change alike."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from typing import Literal

from edatool.change.consequences.evaluated import evaluated
from edatool.change.consequences.probes import Probe
from edatool.frozen import frozen
from edatool.routing.lowering.generated import Names
from edatool.routing.message import Refusal
from edatool.routing.router import Router
from edatool.routing.simulate import route
from edatool.routing.trace import Trace

Certainty = Literal["no", "maybe", "sure"]
"""Whether a queue is reached; ``maybe`` where chance decides, or what cannot be simulated."""

Outcome = Literal["routed", "unroutable", "refused"]
"""What becomes of a message: queues get it, or may; none does; the broker does not take it, or nobody publishes it."""

_UNDECLARED = Trace(None, refused=Refusal(404, "the event is not declared yet"))


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
class BeforeAndAfter:
    """Where a message goes before and after."""

    probe: Probe
    before: Trace
    after: Trace


def ways(probe: Probe, before: Router, after: Router, generated: Names, earlier: Container[str]) -> BeforeAndAfter:
    """Simulate a message before and after; ``generated`` is what is there for the spec's filters.

    ``earlier`` are the names of the events that were declared before: whatever is bound, nobody published others.
    """
    new = probe.kind == "event" and probe.name not in earlier
    was = _UNDECLARED if new else evaluated(route(before, probe.earlier or probe.message), before, generated)
    return BeforeAndAfter(probe, was, evaluated(route(after, probe.message), after, generated))


def reroutes(tried: Iterable[BeforeAndAfter]) -> tuple[Reroute, ...]:
    """Return what changes for each event or test, in their order; alike changes of its messages are one."""
    named: dict[tuple[str, str], list[Reroute]] = {}
    for one in tried:
        named.setdefault((one.probe.kind, one.probe.name), []).append(_reroute(one.probe, one.before, one.after))
    return tuple(one for group in named.values() for one in _alike(group))


def _reroute(probe: Probe, before: Trace, after: Trace) -> Reroute:
    queues = sorted({*before.queues, *before.maybe, *after.queues, *after.maybe})
    found = [(name, certainty(before, name), certainty(after, name)) for name in queues]
    return Reroute(
        before=outcome(before),
        after=outcome(after),
        destinations=tuple(Destination(name, old, new) for name, old, new in found if old != new),
        refusal=f"{after.refused.code}, {after.refused.reason}" if after.refused else None,
        kept=tuple(name for name, old, new in found if old == new == "sure"),
        probes=(probe,),
    )


def certainty(trace: Trace, queue: str) -> Certainty:
    """Tell whether a message reaches a queue."""
    return "sure" if queue in trace.queues else "maybe" if queue in trace.maybe else "no"


def outcome(trace: Trace) -> Outcome:
    """Tell what becomes of a message."""
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
