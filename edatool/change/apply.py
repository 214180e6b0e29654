"""A plan carried out, phase by phase."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from edatool.broker.address import Address
from edatool.broker.management import Management
from edatool.broker.operations import Action, Operation, Outcome, run
from edatool.broker.operations import Object as AmqpObject
from edatool.broker.permissions import missing
from edatool.broker.reading import peek
from edatool.change.diff import Change, Create, Delete
from edatool.change.plan import Plan, phases
from edatool.errors import BrokerRefused, BrokerUnreachable, Unsafe
from edatool.routing.topology import Binding, Policy, Queue

Done = Callable[[Change], None]


def apply(plan: Plan, address: Address, vhost: str, on_done: Done = lambda _: None, *, force: bool = False) -> None:
    """Carry out a plan; ``on_done`` is called with each step that the broker has confirmed.

    Every step may be repeated: after a failure, or an interruption at any point, planning and applying again
    goes on with what is left. ``force`` deletes queues with the messages they hold.

    Raises:
        Unsafe: a change that cannot be made in place or without loss; nothing was done.
        BrokerRefused: missing permissions; nothing was done. Or a step was refused, and the later phases left out.
        BrokerUnreachable: the broker, or its management API where policies need it, does not answer.
    """
    plan.raise_if_unsafe()
    if plan.unseen:
        address = replace(address, management=None)
    _refuse_without_permissions(plan, address, vhost)
    if plan.unseen:
        _compare_by_redeclaring(plan, address, vhost)
    if not force:
        _refuse_to_lose(plan.steps, address, vhost)
    for phase in phases(plan):
        if not force:
            # Asked again: bindings are gone by now, but messages may have come before.
            _refuse_to_lose(phase, address, vhost)
        _carry_out(phase, address, vhost, on_done, force=force)


def _amqp_objects(changes: Iterable[Change]) -> list[AmqpObject]:
    return [one.object for one in changes if not isinstance(one.object, Policy)]


def _refuse_without_permissions(plan: Plan, address: Address, vhost: str) -> None:
    lacking = missing(address, vhost, _amqp_objects(plan.steps))
    if lacking:
        shown = _few(lacking)
        raise BrokerRefused(f"{address.user!r} lacks permissions in the vhost {vhost!r}, so nothing was done: {shown}")


def _compare_by_redeclaring(plan: Plan, address: Address, vhost: str) -> None:
    """Without the management API, let the broker compare what is there: an equal redeclaration changes nothing."""
    created = _amqp_objects(one for one in plan.steps if isinstance(one, Create))
    declared = [one for one in created if not isinstance(one, Binding)]
    found = [
        outcome.operation
        for outcome in run(address, vhost, [Operation("inspect", one) for one in declared])
        if outcome.done
    ]
    again = run(address, vhost, [Operation("create", one.object) for one in found])
    refused = [outcome.text for outcome in again if not outcome.done]
    if refused:
        raise Unsafe(f"RabbitMQ cannot change in place what is there, so nothing was done: {_few(refused)}")


def _refuse_to_lose(changes: Iterable[Change], address: Address, vhost: str) -> None:
    """Refuse to delete queues that hold messages or have consumers; statistics lag, so the queues are asked."""
    queues = {
        one.object.name: one.object for one in changes if isinstance(one, Delete) and isinstance(one.object, Queue)
    }
    full = []
    for outcome in run(address, vhost, [Operation("inspect", queue) for queue in queues.values()]):
        asked = outcome.operation.object
        assert isinstance(asked, Queue)
        if outcome.messages or outcome.consumers:
            full.append(f"{asked.name} ({outcome.messages} messages, {outcome.consumers} consumers)")
        elif outcome.done and asked.type == "stream" and peek(address, vhost, asked, most=1):
            full.append(f"{asked.name} (a stream with messages)")
    if full:
        raise Unsafe(
            f"these queues are in use: {_few(full)}. Empty them, or delete them with what they hold with --force"
        )


def _carry_out(phase: list[Change], address: Address, vhost: str, on_done: Done, *, force: bool) -> None:
    if isinstance(phase[0].object, Policy):
        _write_policies(phase, address, vhost, on_done)
        return
    changes = {id(change.object): change for change in phase}

    def ended(outcome: Outcome) -> None:
        if outcome.done:
            on_done(changes[id(outcome.operation.object)])

    action: Action = "delete" if isinstance(phase[0], Delete) else "create"
    outcomes = run(address, vhost, [Operation(action, one, force) for one in _amqp_objects(phase)], ended)
    refused = [outcome.text for outcome in outcomes if not outcome.done and (action, outcome.code) != ("delete", 404)]
    if refused:
        raise BrokerRefused(
            f"the broker refused {len(refused)} of {len(phase)} steps, and later ones were left out: {_few(refused)}"
        )


def _write_policies(phase: Sequence[Change], address: Address, vhost: str, on_done: Done) -> None:
    if address.management is None:
        raise BrokerUnreachable("policies need the management API: name it with --management")
    with Management(address, vhost) as management:
        for change in phase:
            assert isinstance(change.object, Policy)
            if isinstance(change, Delete):
                management.delete_policy(change.object)
            else:
                management.put_policy(change.object)
            on_done(change)


def _few(sentences: list[str]) -> str:
    return "; ".join(sentences[:5]) + (f"; and {len(sentences) - 5} more" if len(sentences) > 5 else "")
