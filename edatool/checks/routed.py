"""A spec without errors, laid out once for all rules that ask where messages go."""

from collections.abc import Mapping
from functools import cached_property

from edatool.checks.subject import Subject
from edatool.frozen import frozen
from edatool.routing.bindings import bindings_of
from edatool.routing.compile import without_filters
from edatool.routing.overriding import Effective, effective_settings
from edatool.routing.reach.flow import Flow, flow_of
from edatool.routing.reach.spread import Spread, targets
from edatool.routing.reach.words import Made
from edatool.routing.router import Router, router
from edatool.routing.topology import Binding
from edatool.spec.spec import Spec
from edatool.spec.yaml_document import Path


@frozen
class Origin:
    """Where a binding of the topology is declared, and whether a filter holds some of its messages back."""

    path: Path
    filtered: bool


_UNKNOWN = Flow()


@frozen
class Routed:
    """A subject with its router; more is found out when it is first asked for."""

    subject: Subject
    router: Router

    @cached_property
    def origins(self) -> Mapping[object, Origin]:
        """Where each binding is declared, by its identity."""
        return _origins(self.subject.spec)

    @cached_property
    def spread(self) -> Spread:
        """What messages may come to. What is published to an exchange that gets no declared event is not known."""
        spec, spread, made = self.subject.spec, Spread(self.router, targets(self.router, self.subject.spec)), Made()
        contracts = self.subject.contracts
        events = spec.events.values()
        spread.add((one.exchange, flow_of(one, contracts.get(one.schema or ""), made)) for one in events)
        fed = _fed(spread)
        spread.add(
            (name, _UNKNOWN)
            for name, source in self.router.sources.items()
            if _is_external(spec, name) or (name not in fed and not source.exchange.internal and source.bindings)
        )
        return spread

    @cached_property
    def known(self) -> frozenset[str]:
        """The exchanges that get declared events and, as far as the spec tells, nothing else."""
        return frozenset(name for name in _fed(self.spread) if _UNKNOWN not in self.spread.exchanges[name])

    @cached_property
    def settings(self) -> Mapping[str, tuple[Effective, ...]]:
        """What holds of the settings of each declared queue, by its name."""
        queues, router = self.router.topology.queues, self.router
        return {
            name: effective_settings(queues[name], router.policies, router.operators)
            for name in self.subject.spec.queues
        }

    def origin(self, binding: Binding) -> Origin | None:
        """Return where a binding is declared, None for one that edatool adds by itself."""
        return self.origins.get(binding.identity)


def routed(subject: Subject) -> Routed:
    """Lay out a spec without errors."""
    return Routed(subject, router(without_filters(subject.spec)))


def _fed(spread: Spread) -> set[str]:
    return {name for name, flows in spread.exchanges.items() if any(flow.event for flow in flows)}


def _is_external(spec: Spec, exchange: str) -> bool:
    return exchange in spec.exchanges and spec.exchanges[exchange].external


def _origins(spec: Spec) -> dict[object, Origin]:
    origins: dict[object, Origin] = {}
    for one in spec.bindings:
        kind = "events" if one.events else "keys"
        for index, binding in enumerate(bindings_of(spec, one)):
            origins.setdefault(binding.identity, Origin((*one.path, kind, index), bool(one.filter)))
    return origins
