"""Events over HTTP."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from edatool.broker.address import Address
from edatool.broker.publish.publishing import WINDOW
from edatool.errors import WrongUsage
from edatool.routes import Routes

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

    from edatool.gateway.gateway import Gateway

TIMEOUT = 10.0


@contextmanager
def open_gateway(
    routes: Routes,
    broker: str | Address,
    listen: str = "127.0.0.1:8080",
    *,
    outbox: str | os.PathLike[str] | None = None,
    timeout: float = TIMEOUT,
    in_flight: int = WINDOW,
    registry: "CollectorRegistry | None" = None,
) -> "Iterator[Gateway]":
    """Yield a server that publishes the events of a spec that are posted to it: its ``run`` does, until ``stop``.

    Args:
        routes: the spec; to the paths of its sources webhooks are posted.
        broker: ``amqp[s]://user:password@host:port/vhost``.
        listen: ``HOST:PORT``, which has to be of this machine alone; port 0 is any that is free.
        outbox: a file that keeps each event until the broker has it; it is answered when it is there.
        timeout: seconds within which the broker has to take an event.
        in_flight: how many requests may be in hand at once.
        registry: of prometheus_client, in which it measures.

    Raises:
        InvalidInput: the spec has errors.
        WrongUsage: nothing can be served there, or a secret of a source is not there; the packages of the extra
            ``gateway`` are not installed; a malformed URL, or one of another vhost.
    """
    try:
        from edatool.gateway.app import application
        from edatool.gateway.gateway import Gateway, bound
        from edatool.gateway.posting import Posting
        from edatool.gateway.webhooks import Source
    except ImportError:
        raise WrongUsage("the gateway takes starlette and uvicorn: install edatool-rabbitmq[gateway]") from None
    from edatool.runtime.publish.publisher import Publisher

    publisher = Publisher(routes, broker, timeout=timeout, window=in_flight, outbox=outbox)
    posting = Posting(publisher, routes.spec.events, in_flight, registry)
    sources = [Source(one, posting) for one in routes.spec.sources.values()]
    with bound(listen) as socket:
        yield Gateway(application(publisher, posting, sources), publisher, posting.counts, socket)
