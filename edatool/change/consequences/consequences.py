"""What a change of topology means for events: which of them change destination, and why."""

from collections.abc import Iterable

from edatool.change.consequences.condition import asking
from edatool.change.consequences.dead_letters import Burial, burials
from edatool.change.consequences.effects import Effect, effects
from edatool.change.consequences.probes import probes
from edatool.change.consequences.reroutes import BeforeAndAfter, Reroute, reroutes, ways
from edatool.change.progress import OnProgress, Progress, progressing
from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.routing.lowering.generated import names
from edatool.routing.router import Router, router
from edatool.routing.topology import Topology
from edatool.routing.version import Version
from edatool.silent import silent


@frozen
class Consequences:
    """All that changes for events, with how many messages were ``tried``.

    ``doubts`` says what could not be simulated, and ``untried`` names the events of which no message was found.
    ``burials`` are the dead letters of events that will end elsewhere. ``effects`` tell the same as ``reroutes``, queue
    by queue and with causes. ``declared`` is how many events there are. ``unknown`` says why nobody knows any of it.
    """

    reroutes: tuple[Reroute, ...] = ()
    doubts: tuple[str, ...] = ()
    untried: tuple[str, ...] = ()
    tried: int = 0
    burials: tuple[Burial, ...] = ()
    effects: tuple[Effect, ...] = ()
    declared: int = 0
    unknown: str | None = None

    @property
    def unsafe(self) -> tuple[str, ...]:
        """The names of the events that will reach no queue, wholly or in part, and did before."""
        return tuple(dict.fromkeys(one.name for one in self.reroutes if one.unsafe))


def consequences(
    routes: Routes,
    before: Topology,
    after: Topology,
    version: Version,
    *,
    earlier: Routes | None = None,
    on_progress: OnProgress = silent,
) -> Consequences:
    """Compare where the messages of a spec without errors go on two topologies of a vhost.

    ``earlier`` is the spec that was applied last, where it is known: the broker does not know its filters.
    """
    spec, generated = routes.spec, names(routes.spec.name)
    if before == after and (earlier is None or earlier.spec.events == spec.events):
        return Consequences()
    old, new = router(before, version), router(after, version)
    found = probes(routes, old, new, earlier, on_progress)
    known = earlier.spec if earlier else spec
    tried = [
        ways(one, old, new, generated, known.events)
        for one in progressing(found, "Simulating", "messages", on_progress)
    ]
    on_progress(Progress("Comparing where messages go"))
    named = {one.probe.name for one in tried if one.probe.kind == "event"}
    before_and_after = (
        asking(old, generated, known, spec),
        asking(new, generated, spec, spec),
    )
    return Consequences(
        reroutes(tried),
        doubts=_doubts(tried, old, new),
        untried=tuple(name for name in spec.events if name not in named),
        tried=len(tried),
        burials=burials(
            [(one.probe.name, one.before, one.after) for one in tried if one.probe.kind == "event"], old, new
        ),
        effects=effects(tried, spec.events, *before_and_after, known.events),
        declared=len(spec.events),
    )


def _doubts(tried: Iterable[BeforeAndAfter], before: Router, after: Router) -> tuple[str, ...]:
    """Return what cannot be simulated, of the topologies and of single events."""
    general = dict.fromkeys((*before.doubts, *after.doubts))
    own = {
        f"{one.probe.name}: {doubt}": None
        for one in tried
        for doubt in (*one.before.doubts, *one.after.doubts)
        if doubt not in general
    }
    return (*general, *own)
