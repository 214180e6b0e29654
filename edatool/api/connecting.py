"""A vhost to work on."""

from collections.abc import Iterator
from contextlib import contextmanager

from edatool.broker.address import Address, Tls, parse, vhost_of
from edatool.broker.session import Session
from edatool.routes import Routes


@contextmanager
def connect(
    broker: str | Address,
    routes: Routes | None = None,
    *,
    vhost: str | None = None,
    management: str | None = None,
    ca: str | None = None,
    certificate: str | None = None,
    key: str | None = None,
) -> Iterator[Session]:
    """Yield the vhost to work on: that of the spec, else of the broker's URL, else ``/``.

    The broker is not asked anything before the vhost is used.

    Args:
        broker: ``amqp[s]://user:password@host:port/vhost``.
        routes: the spec, which may name the vhost.
        vhost: the vhost, where there is no spec.
        management: the URL of the management API; derived from the broker's if not given, ``none`` to do without.
        ca: a file of authorities to trust, PEM.
        certificate: a file with the client certificate, PEM.
        key: a file with its key, PEM.

    Raises:
        WrongUsage: a malformed URL, or two vhosts that differ.
    """
    address = parse(broker, management, Tls(ca, certificate, key)) if isinstance(broker, str) else broker
    with Session(address, vhost_of(routes.spec.vhost if routes else vhost, address)) as session:
        yield session
