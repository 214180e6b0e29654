"""Bindings made and removed as they were read, whatever their arguments are."""

from collections.abc import Iterable

from edatool.broker.declare.operations import Action, Operation, run
from edatool.broker.session import Session
from edatool.errors import BrokerRefused
from edatool.routing.topology import Binding


def bind(session: Session, bindings: Iterable[Binding]) -> None:
    """Make bindings; one that is there already is fine.

    Integers are sent as most clients send them (32 bits where they fit), so that a client which declared such
    a binding finds its own again.

    Raises:
        BrokerRefused: an end is missing, or permissions are.
        BrokerUnreachable: the broker, or its management API, does not answer.
    """
    wanted = list(bindings)
    others = [one for one in wanted if not all(isinstance(value, str | int) for value in one.arguments.values())]
    _run("create", session, [one for one in wanted if one not in others])
    for one in others:
        session.require_alone()
        session.http.bind(one)


def unbind(session: Session, bindings: Iterable[Binding]) -> None:
    """Remove bindings; one that is gone already is fine, and so are its ends.

    Those with arguments are removed by the management API: AMQP needs the types of the arguments, and they are
    not to be seen.

    Raises:
        BrokerRefused: permissions are missing.
        BrokerUnreachable: the broker, or its management API, does not answer.
    """
    doomed = list(bindings)
    _run("delete", session, [one for one in doomed if not one.arguments])
    for one in (one for one in doomed if one.arguments):
        session.require_alone()
        session.http.unbind(one)


def _run(action: Action, session: Session, bindings: Iterable[Binding]) -> None:
    outcomes = run(session, [Operation(action, one) for one in bindings])
    refused = [one.refusal for one in outcomes if not one.done and not (action == "delete" and one.absent)]
    if refused:
        raise BrokerRefused(f"the broker refused a binding: {refused[0]}")
