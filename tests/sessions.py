"""Sessions of one test, closed at its end."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from edatool.broker.address import Address, parse
from edatool.broker.session import Session
from tests.broker_fixtures import Vhost

_open: dict[tuple[Address, str], Session] = {}


def at(address: Address, vhost: str) -> Session:
    """Return the session with which a test asks a vhost; who holds a lock takes one of its own."""
    return _open.setdefault((address, vhost), Session(address, vhost))


def session_of(vhost: Vhost) -> Session:
    """Return the same for the vhost of a test."""
    return at(parse(vhost.url, vhost.management), vhost.name)


@contextmanager
def closed_at_the_end() -> Iterator[None]:
    try:
        yield
    finally:
        with ExitStack() as stack:
            for one in _open.values():
                stack.enter_context(one)
            _open.clear()
