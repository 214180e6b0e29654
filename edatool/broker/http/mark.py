"""The mark by which a vhost is known again: an exchange of no use with a random identity in its arguments.

What is kept in global parameters outlives the vhost that it is about, and an exchange does not. It takes no right that
the lock does not take too, counts for no limit, and goes wherever the vhost's definitions go.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from edatool.broker.declare.operations import Action, Operation, run
from edatool.broker.http.answers import TABLE
from edatool.broker.http.management import Management
from edatool.broker.session import Session
from edatool.errors import BrokerRefused, NeedsPerson
from edatool.routing.topology import MARK, Exchange

_ARGUMENT = "edatool-vhost"


def read(management: Management) -> str | None:
    """Return the identity of the vhost, None where it has none."""
    return identity_in(_exchange(management))


def make(session: Session) -> str:
    """Return the identity of the vhost, which gets one if it has none.

    Raises:
        NeedsPerson: an exchange of that name is there that has no identity.
        BrokerRefused: the user may not configure it.
    """
    found = _exchange(session.http)
    if found is None:
        _do("create", session, {_ARGUMENT: secrets.token_hex(16)})
        found = _exchange(session.http)  # of two that make it at once RabbitMQ keeps the first one's
    identity = identity_in(found)
    if identity is None:
        raise NeedsPerson(f"the exchange {MARK!r} is not one that edatool has made: delete it")
    return identity


def delete(session: Session) -> None:
    """Delete the mark, which nothing needs any more.

    Raises:
        BrokerRefused: the user may not configure it.
    """
    _do("delete", session, {})


def _do(action: Action, session: Session, arguments: Mapping[str, object]) -> None:
    # Over AMQP: for this the management API would make a connection of its own, for which there may be no room.
    (outcome,) = run(session, [Operation(action, Exchange(MARK, "fanout", arguments=arguments), force=True)])
    if not (outcome.done or outcome.absent):
        refused = f"the broker refuses the mark of the vhost to {session.address.user!r} ({outcome.text})"
        raise BrokerRefused(f"{refused}: allow it to configure the exchange {MARK!r}")


def _exchange(management: Management) -> Mapping[str, Any] | None:
    path = f"exchanges/{management.vhost}/{MARK}"
    found: Mapping[str, Any] | None = management.get(path, {"arguments": TABLE})
    return found


def identity_in(exchange: Mapping[str, Any] | None) -> str | None:
    """Return the identity that the exchange ``MARK`` tells, as RabbitMQ lists it; None where there is none."""
    identity = exchange and exchange["arguments"].get(_ARGUMENT)
    return identity if isinstance(identity, str) else None
