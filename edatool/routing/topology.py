"""RabbitMQ objects as values, whether they come from a spec or from a broker."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import Any

from edatool.frozen import frozen
from edatool.spec.rabbitmq.exchange_types import routes_as

Arguments = Mapping[str, object]
"""AMQP arguments by name; as JSON has them."""

MARK = "edatool.mark"
"""An exchange that edatool leaves in a vhost to know it again, and that belongs to no topology."""


@frozen
class Exchange:
    """An exchange of a vhost."""

    name: str
    type: str
    durable: bool = True
    auto_delete: bool = False
    internal: bool = False
    arguments: Arguments = field(default_factory=dict)

    @property
    def routes_as(self) -> str:
        """The type by whose rules it routes."""
        return routes_as(self.type, self.arguments)


@frozen
class Queue:
    """A queue of a vhost; its type is the argument ``x-queue-type``, classic where that is absent."""

    name: str
    durable: bool = True
    auto_delete: bool = False
    exclusive: bool = False
    arguments: Arguments = field(default_factory=dict)

    @property
    def type(self) -> str:
        """classic, quorum or stream."""
        return str(self.arguments.get("x-queue-type", "classic"))


@frozen
class Binding:
    """A binding; ``to_exchange`` tells the kind of its destination."""

    source: str
    destination: str
    to_exchange: bool = False
    key: str = ""
    arguments: Arguments = field(default_factory=dict)

    @property
    def identity(self) -> tuple[str, str, bool, str, str]:
        """What RabbitMQ tells bindings apart by; arguments are typed, so 1, true and "1" differ."""
        arguments = json.dumps(self.arguments, sort_keys=True) if self.arguments else ""
        return (self.source, self.destination, self.to_exchange, self.key, arguments)

    def __str__(self) -> str:
        kind = "exchange" if self.to_exchange else "queue"
        arguments = f" {json.dumps(self.arguments, sort_keys=True)}" if self.arguments else ""
        return f"{self.source} -> {kind} {self.destination} [{self.key}]{arguments}"


@frozen
class Policy:
    """A policy of a vhost."""

    name: str
    pattern: str
    apply_to: str = "all"
    priority: int = 0
    definition: Arguments = field(default_factory=dict)


@frozen
class Setting:
    """Anything else that only the management API writes, of one of the kinds in ``routing.settings``.

    ``name`` tells it from others of its kind. ``value`` is as JSON has it and never holds a secret, only where
    one is read from.
    """

    kind: str
    name: str
    value: Mapping[str, Any] = field(default_factory=dict)


Object = Exchange | Queue | Binding | Policy | Setting

Identity = tuple[object, ...]
"""What tells an object of a vhost from all others: its kind and its name, or what a binding is told apart by."""


def kind_of(one: Object) -> str:
    """Return exchange, queue, binding, policy, or the kind of a setting."""
    return one.kind if isinstance(one, Setting) else type(one).__name__.lower()


def identity_of(one: Object) -> Identity:
    """Return what tells an object from all others of its vhost."""
    return (kind_of(one), *one.identity) if isinstance(one, Binding) else (kind_of(one), one.name)


def describe(one: Object) -> str:
    """Name an object with its kind."""
    return f"{kind_of(one)} {one}" if isinstance(one, Binding) else f"{kind_of(one)} {one.name}".rstrip()


@frozen
class Topology:
    """What one vhost holds, or should hold, without what RabbitMQ itself puts there.

    Left out are the default exchange, ``amq.*`` exchanges, and the default exchange's bindings.
    """

    exchanges: Mapping[str, Exchange] = field(default_factory=dict)
    queues: Mapping[str, Queue] = field(default_factory=dict)
    bindings: Mapping[tuple[str, str, bool, str, str], Binding] = field(default_factory=dict)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    settings: Mapping[Identity, Setting] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many objects these are."""
        parts = (self.exchanges, self.queues, self.bindings, self.policies, self.settings)
        return sum(len(part) for part in parts)

    @property
    def objects(self) -> Iterator[Object]:
        """All of them: exchanges, queues, bindings, policies, settings."""
        yield from self.exchanges.values()
        yield from self.queues.values()
        yield from self.bindings.values()
        yield from self.policies.values()
        yield from self.settings.values()


def topology(
    exchanges: Iterable[Exchange] = (),
    queues: Iterable[Queue] = (),
    bindings: Iterable[Binding] = (),
    policies: Iterable[Policy] = (),
    settings: Iterable[Setting] = (),
) -> Topology:
    """Build a Topology from its objects."""
    return Topology(
        {exchange.name: exchange for exchange in exchanges},
        {queue.name: queue for queue in queues},
        {binding.identity: binding for binding in bindings},
        {policy.name: policy for policy in policies},
        {identity_of(setting): setting for setting in settings},
    )


def collect(objects: Iterable[Object]) -> Topology:
    """Build a Topology from objects of any kind; of several with the same identity the last one counts."""
    exchanges, queues, bindings, policies, settings = {}, {}, {}, {}, {}
    for one in objects:
        match one:
            case Binding():
                bindings[one.identity] = one
            case Queue():
                queues[one.name] = one
            case Exchange():
                exchanges[one.name] = one
            case Policy():
                policies[one.name] = one
            case Setting():
                settings[identity_of(one)] = one
    return Topology(exchanges, queues, bindings, policies, settings)
