"""A spec without errors, laid out once for all rules that ask where messages go."""

from collections.abc import Mapping
from dataclasses import dataclass

from edatool.checks.subject import Subject
from edatool.routing.bindings import bindings_of
from edatool.routing.compile import without_filters
from edatool.routing.reach.flow import Flow, flow_of
from edatool.routing.reach.spread import Spread, targets
from edatool.routing.reach.words import Made
from edatool.routing.router import Router, router
from edatool.routing.topology import Binding
from edatool.spec.spec import Spec
from edatool.spec.text import Path


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a binding of the topology is declared, and whether a filter holds some of its messages back."""

    path: Path
    filtered: bool


@dataclass(frozen=True, slots=True)
class Routed:
    """A subject with its router.

    ``spread`` is what messages may come to. Exchanges in ``known`` get declared events and, as far as the spec
    tells, nothing else. What is published to an exchange that gets no declared event is not known at all.
    """

    subject: Subject
    router: Router
    origins: Mapping[object, Origin]
    spread: Spread
    known: frozenset[str]

    def origin(self, binding: Binding) -> Origin | None:
        """Return where a binding is declared, None for one that edatool adds by itself."""
        return self.origins.get(binding.identity)


def routed(subject: Subject) -> Routed:
    """Lay out a spec without errors."""
    laid_out = router(without_filters(subject.spec))
    spread = Spread(laid_out, targets(laid_out))
    events = subject.spec.events.values()
    made: Made = {}
    spread.add((one.exchange, flow_of(one, subject.contracts.get(one.schema or ""), made)) for one in events)
    fed = {name for name, flows in spread.exchanges.items() if any(flow.event for flow in flows)}
    unknown = Flow()
    spread.add(
        (name, unknown)
        for name, source in laid_out.sources.items()
        if _is_external(subject.spec, name) or (name not in fed and not source.exchange.internal and source.bindings)
    )
    known = frozenset(name for name in fed if unknown not in spread.exchanges[name])
    return Routed(subject, laid_out, _origins(subject.spec), spread, known)


def _is_external(spec: Spec, exchange: str) -> bool:
    return exchange in spec.exchanges and spec.exchanges[exchange].external


def _origins(spec: Spec) -> dict[object, Origin]:
    origins: dict[object, Origin] = {}
    for one in spec.bindings:
        kind = "events" if one.events else "keys"
        for index, binding in enumerate(bindings_of(spec, one)):
            origins.setdefault(binding.identity, Origin((*one.path, kind, index), bool(one.filter)))
    return origins
