"""A topology laid out for routing many messages."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from edatool.frozen import frozen
from edatool.routing import effective
from edatool.routing.effective import Policies
from edatool.routing.match import BoundExchange, source
from edatool.routing.settings import operator_policies
from edatool.routing.topology import Binding, Exchange, Queue, Topology
from edatool.routing.version import NEWEST, Version

_SIMULATED = (
    *("alternate-exchange", "dead-letter-exchange", "dead-letter-routing-key", "dead-letter-strategy", "message-ttl"),
    *("expires", "max-length", "max-length-bytes", "overflow", "delivery-limit"),
)

BUILT_IN = (
    Exchange("amq.direct", "direct"),
    Exchange("amq.fanout", "fanout"),
    Exchange("amq.headers", "headers"),
    Exchange("amq.match", "headers"),
    Exchange("amq.rabbitmq.trace", "topic", internal=True),
    Exchange("amq.topic", "topic"),
)
"""The exchanges that every vhost has besides the default exchange; policies apply to them too."""


@frozen
class Router:
    """A topology on a version of RabbitMQ, with its exchanges by name.

    ``doubts`` names what of the topology cannot be simulated.
    """

    topology: Topology
    version: Version
    policies: Policies
    operators: Policies
    """The operator policies, which bound what the others say."""
    sources: Mapping[str, BoundExchange]
    doubts: tuple[str, ...]


def router(topology: Topology, version: Version = NEWEST) -> Router:
    """Lay out a topology; bindings count as they stand, also those to a queue that the topology leaves out."""
    policies = effective.policies(topology.policies)
    bindings: dict[str, list[Binding]] = {}
    for binding in topology.bindings.values():
        bindings.setdefault(binding.source, []).append(binding)
    sources = {
        one.name: source(one, effective.alternate(one, policies), bindings.get(one.name, ()), version)
        for one in _exchanges(topology)
    }
    operators = effective.policies(operator_policies(topology))
    names = (*topology.exchanges, *topology.queues)
    ties = (tie for one in (policies, operators) for tie in _ties(topology, one))
    doubts = (*_doubts(policies, names), *_doubts(operators, names), *ties)
    return Router(topology, version, policies, operators, sources, doubts)


def _doubts(policies: Policies, names: Iterable[str]) -> Iterator[str]:
    """Say which policies may apply to something else than they do here."""
    for name in policies.unreadable:
        yield f"the pattern of policy {name!r} cannot be read here"
    unclear = [name for name in names if not name.isascii()]
    for pattern, one in policies.readable:
        for name in filter(pattern.depends_on_erlang, unclear):
            yield f"whether the policy {one.name!r} applies to {name!r} depends on the broker's version of Erlang"


def _ties(topology: Topology, policies: Policies) -> Iterator[str]:
    """Say where two policies of one priority apply that say different things about where messages go."""
    objects: list[Exchange | Queue] = [*topology.exchanges.values(), *topology.queues.values()]
    for each in objects:
        strongest = effective.strongest_on(each, policies)
        for first, other in pairwise(strongest):
            if any(first.definition.get(name) != other.definition.get(name) for name in _SIMULATED):
                yield (
                    f"the policies {first.name!r} and {other.name!r} both apply to {each.name!r} with one priority, and"
                    " RabbitMQ takes either"
                )


def _exchanges(topology: Topology) -> Iterator[Exchange]:
    yield from BUILT_IN
    yield from topology.exchanges.values()
