"""Where messages go, and whether that is as expected."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from edatool.broker.address import Address, parse
from edatool.broker.session import Session
from edatool.errors import WrongUsage
from edatool.routes import Routes, unpublished
from edatool.routing.coverage import coverage
from edatool.routing.definitions.file import DefinitionsFile
from edatool.routing.message import Message
from edatool.routing.router import Router, router
from edatool.routing.simulate import route as simulate
from edatool.routing.suite import Ran, Suite
from edatool.routing.trace import Trace
from edatool.routing.verify import Verified, verify
from edatool.routing.version import NEWEST, numbers
from edatool.silent import silent
from edatool.webhooks.request import request
from edatool.webhooks.webhook import WebhookChallenge, WebhookEvent, WebhookIgnored, WebhookUnfit, webhook


def route(
    on: Routes | Session | DefinitionsFile,
    message: Message,
    *,
    vhost: str | None = None,
    rabbitmq: str | None = None,
    explain: bool = True,
    on_note: Callable[[str], None] = silent,
) -> Trace:
    """Simulate where a message goes, and why; nothing is published.

    Args:
        on: what routes it: RabbitMQ as a spec declares it, a vhost as it is, or a definitions file.
        message: of ``routes.message(event, payload)``, or one as any client could publish it.
        vhost: which one, where a definitions file holds several.
        rabbitmq: a version such as ``3.12``; by default that of the vhost, else the newest.
        explain: say of each binding that did not match why not, too.
        on_note: is told that what a vhost holds is from the management API alone, as AMQP did not let us in.

    Raises:
        InvalidInput: the spec has errors.
        WrongUsage: there is no such version, or vhost.
        BrokerError: what is on the vhost cannot be seen.
    """
    return simulate(_router(on, vhost, rabbitmq, on_note), message, explain=explain)


def receive(routes: Routes, source: str, body: bytes, headers: Mapping[str, str] | None = None) -> WebhookEvent:
    """Return the event that a request to a source of webhooks becomes, whoever signed it; nothing is published.

    Args:
        routes: the spec.
        source: its name.
        body: of the request.
        headers: of the request.

    Raises:
        InvalidInput: the spec has errors, or the request becomes no event.
        WrongUsage: the spec declares no such source.
    """
    routes.require_valid()
    declared = routes.spec.sources.get(source)
    if declared is None:
        raise WrongUsage(f"there is no source {source!r}: the spec declares {', '.join(routes.spec.sources) or 'none'}")
    came = webhook(declared).unsigned(request(headers or {}, body))
    match came:
        case WebhookEvent():
            return came
        case WebhookUnfit(violation):
            why = f"becomes no event: {violation}"
        case WebhookIgnored(kind):
            why = f"is ignored: the source has no event for {kind!r}"
        case WebhookChallenge():
            why = "is a challenge, which is answered and becomes no event"
    raise unpublished([(f"the request to {source!r} {why}", None)])


def test(
    routes: Routes,
    *,
    broker: str | Address | None = None,  # noqa: PT028 - no test of pytest's
    private_broker: bool = False,  # noqa: PT028 - as above
) -> Suite:
    """Run the routing tests of a spec without a broker, or also on a real one, which must do the same.

    On a broker that is in a vhost of their own, which is gone afterwards.

    Args:
        routes: the spec.
        broker: ``amqp[s]://user:password@host:port`` of an administrator.
        private_broker: start a RabbitMQ for them, and stop it afterwards.

    Raises:
        InvalidInput: the spec has errors.
        BrokerError: nobody answers, or the user is no administrator.
    """
    routes.require_valid()
    begun = time.perf_counter()
    results, took = [], []
    for one in routes.spec.tests:
        started = time.perf_counter()
        done = verify(one, routes.spec, routes.contracts, routes.router, routes.stamps)
        results.append(_with_requests(done, routes) if one.requests or one.filtered else done)
        took.append(time.perf_counter() - started)
    if broker or private_broker:
        from edatool.change.rehearsal import rehearse

        with _broker(broker) as there:
            results = rehearse(results, routes.router, there)
    covered = coverage(routes.spec, routes.topology, results)
    ran = (Ran(one, routes.spec.where(*one.test.path), each) for one, each in zip(results, took, strict=True))
    return Suite(tuple(ran), covered, time.perf_counter() - begun)


def _with_requests(done: Verified, routes: Routes) -> Verified:
    # It takes the client of HTTP along, which most specs do not need.
    from edatool.runtime.deliveries.expected import with_requests

    return with_requests(done, routes)


def _router(
    on: Routes | Session | DefinitionsFile, vhost: str | None, rabbitmq: str | None, on_note: Callable[[str], None]
) -> Router:
    version = numbers(rabbitmq) if rabbitmq else None
    match on:
        case Routes():
            on.require_valid()
            return router(on.topology, version) if version else on.router
        case DefinitionsFile():
            return router(on.taken(on.vhost(vhost))[0], version or NEWEST)
        case Session():
            from edatool.broker.live import read_seen

            topology, there = read_seen(on, on_note)
            return router(topology, version or numbers(there))


@contextmanager
def _broker(named: str | Address | None) -> Iterator[Address]:
    """Yield the broker that is named, else a private one that is gone afterwards."""
    if named is not None:
        yield parse(named) if isinstance(named, str) else named
        return
    from edatool.server.node import private

    with private() as node:
        yield parse(node.url, node.management)
