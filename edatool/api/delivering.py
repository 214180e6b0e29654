"""Events that are delivered to others by HTTP."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from edatool.api.limit import Limit, unlimited
from edatool.broker.address import Address
from edatool.errors import WrongUsage, no_such_event
from edatool.routes import Routes
from edatool.runtime.consume.consumer import Consumer
from edatool.runtime.consume.telling import safely
from edatool.runtime.metrics.measured import registry_for
from edatool.runtime.triggers.matching import matching
from edatool.silent import silent
from edatool.spec.deliveries import SpecDelivery

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

    from edatool.runtime.deliveries.offline import DeliveryRequest


def delivery_request(
    routes: Routes,
    delivery: str,
    event: str,
    payload: object,
    *,
    message_id: str = "test",
    at: float = 0,
    secrets: Sequence[str] = (),
) -> "DeliveryRequest":
    """Return the request that a delivery posts for an event, at its first try; nothing is sent, and nothing read.

    Args:
        routes: the spec.
        delivery: its name.
        event: the name of an event.
        payload: of the event.
        message_id: of the event, which is the ``webhook-id`` where requests are signed.
        at: when it is posted, in seconds since 1970.
        secrets: what stands for those of the delivery; without, the request is not signed.

    Raises:
        InvalidInput: the spec has errors, or the payload breaks its contract.
        WrongUsage: there is no such delivery or event; a secret is malformed; a WSDL as for ``open_delivery``.
        Reject: the event cannot be delivered, and would be a dead letter.
        Drop: the delivery's filter keeps it back; the text says why.
    """
    from edatool.runtime.deliveries.offline import request_of

    routes.require_valid()
    one = _declared(routes, delivery)
    if event not in routes.spec.events:
        raise no_such_event(event, routes.spec.events)
    return request_of(routes, one, event, payload, message_id=message_id, at=at, secrets=secrets)


@contextmanager
def open_delivery(
    routes: Routes,
    broker: str | Address,
    name: str,
    *,
    limit: int | None = None,
    metrics: str | None = None,
    health: str | None = None,
    registry: "CollectorRegistry | None" = None,
    on_note: Callable[[str], None] = silent,
) -> Iterator[Consumer]:
    """Yield a consumer that posts the events of a delivery's queue to its endpoint: its ``run`` does, until ``stop``.

    It stops by itself where the endpoint answers 410, or its host leads to an address that the delivery does not
    allow; the events stay in the queue. So they do while the endpoint fails again and again, but for one with which it
    is asked from time to time. What its filter does not match is taken out of the queue at once, and counted as
    ``filtered``.

    Args:
        routes: the spec; one that apply left on the broker has no deliveries.
        broker: ``amqp[s]://user:password@host:port/vhost``.
        name: a delivery of the spec.
        limit: the number of requests after which it stops.
        metrics, health, registry: as of ``Consumer``.
        on_note: is told what a person should know: failures, reconnections.

    Raises:
        InvalidInput: the spec has errors.
        WrongUsage: there is no such delivery, or one of its secrets is missing or malformed; a malformed URL; its WSDL
            cannot be read, or does not fit, or the packages of the extra ``soap`` are not installed.
        NeedsPerson: at the end, that it stopped by itself, and why.
    """
    from edatool.runtime.deliveries.answers import Answers
    from edatool.runtime.deliveries.circuit import Circuit
    from edatool.runtime.deliveries.deliver import Deliver
    from edatool.runtime.metrics.circuits import circuit_gauge

    routes.require_valid()
    one = _declared(routes, name)
    registry = registry_for(metrics, registry)
    consumer = Consumer(
        routes, broker, workers=one.concurrency, metrics=metrics, health=health, registry=registry, tell=on_note
    )
    limited = Limit(limit, consumer).around if limit else unlimited
    answers = Answers(routes, consumer.address, name, one.answer) if one.answer else None
    show = circuit_gauge(registry, name)

    def changed(is_open: bool) -> None:
        show(is_open)
        consumer.take_singly(singly=is_open)

    circuit = Circuit(f"the endpoint of {name}", one.circuit, changed, safely(on_note))
    with closing(Deliver(one, routes, consumer, circuit, answers)) as deliver:
        order_by = ".".join(one.order_by.names) if one.order_by else None
        act = deliver.in_time(limited(deliver))
        wanted = routes.filters.of(one)
        consumer.on(queue=one.queue, order_by=order_by, order="keep" if one.keeps_order else None)(
            act if wanted is None else matching(wanted, act)
        )
        yield consumer
        deliver.require_on()


def _declared(routes: Routes, name: str) -> SpecDelivery:
    one = routes.spec.deliveries.get(name)
    if one is None:
        declared = ", ".join(routes.spec.deliveries) or "none"
        raise WrongUsage(f"there is no delivery {name!r}: the spec declares {declared}")
    return one
