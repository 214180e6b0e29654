"""Bindings made and removed as they were read, whatever their arguments are."""

from collections.abc import Iterable

from edatool.broker.address import Address
from edatool.broker.declare.operations import Action, Operation, run
from edatool.broker.http.management import Management
from edatool.broker.lock import Held
from edatool.errors import BrokerRefused
from edatool.routing.topology import Binding


def bind(address: Address, vhost: str, bindings: Iterable[Binding], held: Held | None = None) -> None:
    """Make bindings, while the lock is ``held``; one that is there already is fine.

    Integers are sent as most clients send them (32 bits where they fit), so that a client which declared such
    a binding finds its own again.

    Raises:
        BrokerRefused: an end is missing, or permissions are.
        BrokerUnreachable: the broker, or its management API, does not answer.
    """
    wanted = list(bindings)
    others = [one for one in wanted if not all(isinstance(value, str | int) for value in one.arguments.values())]
    _run("create", address, vhost, [one for one in wanted if one not in others], held)
    if others:
        with Management(address, vhost) as management:
            for one in others:
                if held:
                    held.check()
                management.bind(one)


def unbind(address: Address, vhost: str, bindings: Iterable[Binding], held: Held | None = None) -> None:
    """Remove bindings, while the lock is ``held``; one that is gone already is fine, and so are its ends.

    Those with arguments are removed by the management API: AMQP needs the types of the arguments, and they are
    not to be seen.

    Raises:
        BrokerRefused: permissions are missing.
        BrokerUnreachable: the broker, or its management API, does not answer.
    """
    doomed = list(bindings)
    _run("delete", address, vhost, [one for one in doomed if not one.arguments], held)
    others = [one for one in doomed if one.arguments]
    if others:
        with Management(address, vhost) as management:
            for one in others:
                if held:
                    held.check()
                management.unbind(one)


def _run(action: Action, address: Address, vhost: str, bindings: Iterable[Binding], held: Held | None) -> None:
    outcomes = run(address, vhost, [Operation(action, one) for one in bindings], held=held)
    refused = [one.refusal for one in outcomes if not one.done and not (action == "delete" and one.absent)]
    if refused:
        raise BrokerRefused(f"the broker refused a binding: {refused[0]}")
