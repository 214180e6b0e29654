"""The mark by which a vhost is known again: an exchange of no use with a random identity in its arguments.

What is kept in global parameters outlives the vhost that it is about, and an exchange does not. It takes no right that
the lock does not take too, counts for no limit, and goes wherever the vhost's definitions go.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from edatool.broker.http.answers import TABLE
from edatool.broker.http.management import Management
from edatool.errors import BrokerRefused, NeedsPerson
from edatool.routing.definitions.definitions import MARK

_ARGUMENT = "edatool-vhost"


def read(management: Management) -> str | None:
    """Return the identity of the vhost, None where it has none."""
    return _identity(_exchange(management))


def make(management: Management) -> str:
    """Return the identity of the vhost, which gets one if it has none.

    Raises:
        NeedsPerson: an exchange of that name is there that has no identity.
        BrokerRefused: the user may not configure it.
    """
    found = _exchange(management)
    if found is None:
        arguments = {_ARGUMENT: secrets.token_hex(16)}
        with _named():
            management.put(_path(management), {"type": "fanout", "durable": True, "arguments": arguments})
        found = _exchange(management)  # of two that make it at once RabbitMQ keeps the first one's
    identity = _identity(found)
    if identity is None:
        raise NeedsPerson(f"the exchange {MARK!r} is not one that edatool has made: delete it")
    return identity


def delete(management: Management) -> None:
    """Delete the mark, which nothing needs any more.

    Raises:
        BrokerRefused: the user may not configure it.
    """
    with _named():
        management.delete(_path(management))


@contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except BrokerRefused as error:
        raise BrokerRefused(f"{error}; allow it to configure the exchange {MARK!r}, the mark of the vhost") from None


def _path(management: Management) -> str:
    return f"exchanges/{management.vhost}/{MARK}"


def _exchange(management: Management) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = management.get(_path(management), {"arguments": TABLE})
    return found


def _identity(exchange: Mapping[str, Any] | None) -> str | None:
    identity = exchange and exchange["arguments"].get(_ARGUMENT)
    return identity if isinstance(identity, str) else None
