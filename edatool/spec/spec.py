"""The parsed routes.yaml."""

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from edatool.findings import Position
from edatool.frozen import frozen
from edatool.spec.alerting import Alerts
from edatool.spec.checking import SpecChecks
from edatool.spec.consuming import SpecConsumer
from edatool.spec.deliveries import PostedRequest, SpecDelivery
from edatool.spec.filtering import MayFilter, UsedFilter
from edatool.spec.producing import SpecProducer
from edatool.spec.rabbitmq.exchange_types import routes_as
from edatool.spec.soap import SpecSoapService
from edatool.spec.sources import ReceivedRequest, SpecSource
from edatool.spec.template import FieldPath, Template
from edatool.spec.yaml_document import Path, YamlDocument

Scalar = str | int | bool
Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@frozen
class Event:
    """A declared kind of message: its contract, and where and how it is published."""

    name: str
    exchange: str
    key: Template
    headers: Mapping[str, FieldPath]
    schema: str | None
    """The contract's file, relative to the spec's root."""
    summary: str | None
    producer: str | None
    category: str | None
    contract: Literal["strict", "warn"] = "strict"
    """Whether a payload that breaks the schema is refused, or published and reported."""
    cloudevents: Literal["binary", "structured"] | None = None
    source: str | None = None
    """The source attribute of CloudEvents."""
    subject: FieldPath | None = None


@frozen
class SpecExchange:
    """A declared exchange."""

    name: str
    type: str
    durable: bool
    auto_delete: bool
    internal: bool
    external: bool
    """Whether it belongs to others."""
    alternate: str | None
    arguments: Mapping[str, Scalar]
    owner: str | None
    summary: str | None

    @property
    def routes_as(self) -> str:
        """The type by whose rules it routes."""
        return routes_as(self.type, self.arguments)


@frozen
class DeadLetterTarget:
    """Where some dead letters are sent; the key is None where each keeps its own."""

    exchange: str
    key: str | None


@frozen
class DeadLetter:
    """Where a queue's dead letters go; the key is None where they keep their own."""

    exchange: str
    key: str | None
    strategy: str | None
    by_error: Mapping[str, DeadLetterTarget] = field(default_factory=dict)
    """Where that goes which a handler failed at, by the name of its exception's class."""


@frozen
class SpecQueue:
    """A declared queue. ``settings`` are the readable arguments under their names on the broker."""

    name: str
    type: str
    durable: bool
    auto_delete: bool
    external: bool
    """Whether it belongs to others."""
    dead_letter: DeadLetter | None
    retry: tuple[int, ...]
    """The waits before a failed message is tried again, in milliseconds."""
    settings: Mapping[str, Scalar]
    arguments: Mapping[str, Scalar]
    """The arguments written as RabbitMQ names them."""
    owner: str | None
    summary: str | None
    alerts: Alerts = Alerts()


@frozen
class SpecBinding:
    """A declared binding, by events or by exchange; ``path`` says where it stands in the spec."""

    events: tuple[str, ...]
    exchange: str | None
    queue: str | None
    to_exchange: str | None
    keys: tuple[str, ...]
    headers: Mapping[str, Scalar]
    arguments: Mapping[str, Scalar]
    filter: UsedFilter | None
    path: Path

    @property
    def destination(self) -> str:
        """The name of the queue or exchange that receives."""
        return self.queue or self.to_exchange or ""


@frozen
class SpecPolicy:
    """A declared RabbitMQ policy."""

    name: str
    pattern: str
    apply_to: str
    priority: int
    definition: Mapping[str, Json]


@frozen
class VirtualHost:
    """What is declared of the vhost itself; None and absent limits are left as they are."""

    description: str | None
    tags: tuple[str, ...] | None
    default_queue_type: str | None
    protected_from_deletion: bool | None
    limits: Mapping[str, int]


@frozen
class User:
    """A declared user; ``password`` says where it is read from (see ``spec.secret``), None where it is not ours.

    ``permissions`` are by configure, write and read; ``topic_permissions`` by exchange, then write and read.
    """

    name: str
    password: Mapping[str, str] | None
    tags: tuple[str, ...]
    permissions: Mapping[str, str] | None
    topic_permissions: Mapping[str, Mapping[str, str]]


@frozen
class FilterRouterSettings:
    """The queue from which ``edatool router`` takes messages, and where those go that it cannot evaluate."""

    type: Literal["classic", "quorum"] = "quorum"
    dead_letter: DeadLetter | None = None
    """None for a queue of its own."""


@frozen
class Trigger:
    """An action that every message of a queue starts: one of ``run``, ``call``, ``http`` and ``aws_lambda``."""

    name: str
    queue: str
    run: tuple[str, ...] = ()
    """A program and its arguments."""
    call: str | None = None
    """``package.module:function``."""
    http: str | Mapping[str, str] | None = None
    """A URL, or where it is read from (see ``spec.secret``)."""
    aws_lambda: str | None = None
    """``package.module:handler``."""
    warm: bool = False
    """Whether the program stays, and gets messages as lines."""
    token: Mapping[str, str] | None = None
    """Where the bearer token of ``http`` is read from."""
    timeout: int | None = None
    """Milliseconds after which it has failed, None for the default of who runs it."""
    owner: str | None = None
    summary: str | None = None


@frozen
class RawMessage:
    """A message of a routing test as any client could publish it."""

    exchange: str
    key: str
    headers: Mapping[str, Json]


@frozen
class Expectation:
    """What is expected of a message: ``exactly`` or ``at_least`` some queues, or that none gets it.

    ``unroutable``: the broker takes it and has no queue for it; ``rejected``: its payload breaks the contract, or a
    request has no event. Requests may also be ``refused``, for their signature, and ``ignored``.
    """

    kind: Literal["exactly", "at_least", "unroutable", "rejected", "refused", "ignored"]
    queues: tuple[str, ...] = ()


@frozen
class Afterwards:
    """That a message is dead-lettered from a queue, and the queues that it is expected to end in."""

    queue: str
    reason: Literal["rejected", "expired", "maxlen", "delivery_limit"]
    expect: tuple[str, ...]


@frozen
class RoutingTest:
    """What is expected of the routing of one message; ``path`` says where it stands in the spec.

    The message is an event, ``publish``, with ``payload`` or the ``example`` of that number of its schema (None
    where there is a payload); or it is ``message``; or that of the event that ``receive`` becomes, which is to be
    ``event`` where that is given.
    """

    name: str
    publish: str | None
    payload: Json
    example: int | None
    message: RawMessage | None
    expect: Expectation
    dead_letter: Afterwards | None
    path: Path
    receive: ReceivedRequest | None = None
    event: str | None = None
    requests: tuple[PostedRequest, ...] = ()
    """What deliveries are to post for it."""
    filtered: tuple[str, ...] = ()
    """The deliveries whose filter is to keep it back."""


@frozen
class Spec:
    """Everything that a routes.yaml and the files it includes declare."""

    name: str
    vhost: str | None
    events: Mapping[str, Event]
    exchanges: Mapping[str, SpecExchange]
    queues: Mapping[str, SpecQueue]
    bindings: tuple[SpecBinding, ...]
    consumers: Mapping[str, SpecConsumer]
    producers: Mapping[str, SpecProducer]
    policies: Mapping[str, SpecPolicy]
    operator_policies: Mapping[str, SpecPolicy]
    virtual_host: VirtualHost | None
    users: Mapping[str, User]
    federation_upstreams: Mapping[str, Mapping[str, Json]]
    """Each under RabbitMQ's own names, as are shovels."""
    shovels: Mapping[str, Mapping[str, Json]]
    filters: Mapping[str, Mapping[str, Json]]
    router: FilterRouterSettings
    longest_delay: int | None
    """In seconds; None where events are not delayed."""
    triggers: Mapping[str, Trigger]
    sources: Mapping[str, SpecSource]
    soap: Mapping[str, SpecSoapService]
    deliveries: Mapping[str, SpecDelivery]
    alerts: Alerts
    """The thresholds of queues that say none themselves."""
    tests: tuple[RoutingTest, ...]
    checks: SpecChecks
    root: str
    """The folder of the first file; schemas are named relative to it and may not leave it."""
    document: YamlDocument

    @property
    def readers(self) -> Mapping[str, list[str]]:
        """The names of the consumers that read each queue."""
        found: dict[str, list[str]] = {}
        for one in self.consumers.values():
            for queue in one.queues:
                found.setdefault(queue, []).append(one.name)
        return found

    @property
    def all_consumers(self) -> list[tuple[str, SpecConsumer]]:
        """The consumers and deliveries, each with the section that declares it."""
        deliveries = [("deliveries", one.consumer) for one in self.deliveries.values()]
        return [*(("consumers", one) for one in self.consumers.values()), *deliveries]

    @property
    def may_filter(self) -> list[MayFilter]:
        """All that may use a filter."""
        return [*self.bindings, *self.deliveries.values()]

    def where(self, *path: str | int) -> Position | None:
        """Return where a value stands in the files, or the nearest thing around it."""
        return self.document.where(path)

    def where_key(self, *path: str | int) -> Position | None:
        """Return where a key stands in the files, or the nearest thing around it."""
        return self.document.where_key(path)
