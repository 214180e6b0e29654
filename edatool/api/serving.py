"""Events over HTTP."""

import ipaddress
import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import chain
from typing import TYPE_CHECKING

from edatool.broker.address import Address
from edatool.broker.publish.publishing import WINDOW
from edatool.errors import WrongUsage
from edatool.routes import Routes
from edatool.spec.spec import Spec

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

    from edatool.gateway.gateway import Gateway, ServedTls

TIMEOUT = 10.0
_LEASE_MARGIN = 5.0
"""Seconds that a request may take beside waiting for the broker."""


@contextmanager
def open_gateway(
    routes: Routes,
    broker: str | Address,
    listen: str = "127.0.0.1:8080",
    *,
    tls: "ServedTls | None" = None,
    proxies: Sequence[str] = (),
    outbox: str | os.PathLike[str] | None = None,
    keys: str | os.PathLike[str] | None = None,
    timeout: float = TIMEOUT,
    in_flight: int = WINDOW,
    registry: "CollectorRegistry | None" = None,
) -> "Iterator[Gateway]":
    """Yield a server that publishes the events of a spec that are posted to it: its ``run`` does, until ``stop``.

    Args:
        routes: the spec; its producers may send, and where it declares none, anybody on this machine, unless others
            reach it, too. Webhooks are posted to the paths of its sources, and SOAP services called at ``/soap/NAME``.
        broker: ``amqp[s]://user:password@host:port/vhost``.
        listen: ``HOST:PORT``; port 0 is any that is free. It has to be of this machine alone, unless there are
            producers or sources, and TLS or proxies.
        tls: the files with which it serves TLS.
        proxies: addresses or networks of the proxies that all requests come through; they have TLS, and say the
            subjects of clients' certificates in ``X-Client-Subject``.
        outbox: a file that keeps each event until the broker has it; it is answered when it is there.
        keys: where requests are remembered by their keys, beyond the end of the process and shared with others: a
            file, or ``postgresql://user:password@host/name``; the table is made. Without, in memory.
        timeout: seconds within which the broker has to take an event.
        in_flight: how many requests may be in hand at once.
        registry: of prometheus_client, in which it measures.

    Raises:
        InvalidInput: the spec has errors.
        WrongUsage: nothing can be served there, or must not be, or a secret of a source or a producer is not there; the
            packages of the extra ``gateway`` are not installed; a malformed URL or address, or a vhost other than the
            spec's.
        KeyStoreError: the keys cannot be kept there.
    """
    try:
        from edatool.gateway.app import application
        from edatool.gateway.description.description import Description
        from edatool.gateway.events import Events
        from edatool.gateway.gateway import Gateway, bound, is_of_this_machine
        from edatool.gateway.idempotency.keyed import KeyedPosting
        from edatool.gateway.posting import Posting
        from edatool.gateway.senders.producers import Senders
        from edatool.gateway.senders.readers import Readers
        from edatool.gateway.senders.ws_security import WsSecurity
        from edatool.gateway.soap import SoapPosting
        from edatool.gateway.webhooks import SourcePosting
    except ImportError:
        raise WrongUsage("the gateway takes starlette, uvicorn and lxml: install edatool-rabbitmq[gateway]") from None
    from edatool.runtime.keys.open import open_keys
    from edatool.runtime.publish.publisher import Publisher

    publisher = Publisher(routes, broker, timeout=timeout, window=in_flight, outbox=outbox)
    spec, networks = routes.spec, [_network(one) for one in proxies]
    posting = Posting(publisher, in_flight, registry)
    lease = timeout + _LEASE_MARGIN
    with bound(listen) as socket, closing(open_keys(keys, lease)) as store:
        is_private = is_of_this_machine(socket) and not proxies
        if not is_private:
            _require_protection(spec, listen, is_secret=bool(tls or proxies))
        is_open = is_private and not spec.producers
        senders = Senders(spec.producers, spec.events, (in_flight + 1) // 2, networks, is_open=is_open)
        keyed, ws_security, readers = KeyedPosting(posting, store), WsSecurity(senders, store), Readers(senders, store)
        sources = [SourcePosting(one, posting, senders, store) for one in spec.sources.values()]
        services = [SoapPosting(one, routes, keyed, ws_security, readers) for one in spec.soap.values()]
        app = application(
            posting,
            Events(posting, keyed, senders, spec.events),
            Description(routes, readers, senders),
            [*chain.from_iterable(one.routes for one in sources), *chain.from_iterable(one.routes for one in services)],
        )
        yield Gateway(app, publisher, posting.counts, socket, tls, is_open=is_open)


def _require_protection(spec: Spec, listen: str, *, is_secret: bool) -> None:
    """Refuse to serve others than this machine without knowing who sends, or in the clear."""
    if not (spec.producers or spec.sources):
        why = "anybody could send events, as the spec declares no producers: declare them, or listen on 127.0.0.1"
    elif not is_secret:
        why = "tokens would be sent in the clear: give it a certificate, or the addresses of the proxies that have TLS"
    else:
        return
    raise WrongUsage(f"{listen} can be reached from elsewhere, and {why}")


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(text)
    except ValueError as error:
        raise WrongUsage(f"{text!r} is no address of a proxy: {error}") from None
