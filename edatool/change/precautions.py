"""What is looked at before anything is changed, so that a plan is refused as a whole and not half-way."""

from collections.abc import Iterable, Set
from dataclasses import replace

from edatool.broker.consume.peek import peek
from edatool.broker.declare.ask_holdings import ask_holdings
from edatool.broker.declare.operations import Object as AmqpObject
from edatool.broker.declare.operations import Operation, run
from edatool.broker.http.permissions import ask_missing_permissions
from edatool.broker.http.settings import needed_tag
from edatool.broker.http.shapes import Counted
from edatool.broker.session import Session
from edatool.change.changes import Adopt, Change, Create, Delete
from edatool.change.replacing.replacement import Replacement, touched
from edatool.change.tightening import Backlog, Tightening
from edatool.counted import counted, few, few_sentences
from edatool.errors import BrokerRefused, Unsafe
from edatool.routing.settings import PERMISSION, USER
from edatool.routing.topology import Binding, Policy, Queue, Setting, describe, kind_of


def amqp_objects(changes: Iterable[Change]) -> list[AmqpObject]:
    """Return the objects of changes that are made over AMQP."""
    return [one.object for one in changes if not isinstance(one.object, (Policy, Setting))]


def refuse_without_permissions(
    changes: Iterable[Change], replacements: Iterable[Replacement], session: Session
) -> None:
    """Refuse changes and replacements that the user has not all permissions for.

    Raises:
        BrokerRefused: naming what is missing.
    """
    objects = amqp_objects(one for one in changes if not isinstance(one, Adopt))
    for one in replacements:
        objects += touched(one)
    lacking = ask_missing_permissions(session, objects)
    if lacking:
        shown = few_sentences(lacking)
        raise BrokerRefused(
            f"{session.address.user!r} lacks permissions in the vhost {session.vhost!r}, so nothing was done: {shown}"
        )


def refuse_without_tags(changes: Iterable[Change], session: Session) -> None:
    """Refuse settings and policies that the user may not write, and to change the user itself on the way.

    Raises:
        BrokerRefused: naming the tag that is missing.
        Unsafe: a later step might be refused because of an earlier one.
    """
    objects = [one.object for one in changes if not isinstance(one, Adopt)]
    written = [one for one in objects if isinstance(one, (Policy, Setting))]
    if not written or session.address.management is None:
        return
    user = session.address.user
    ourselves = [describe(one) for one in written if kind_of(one) in (USER, PERMISSION) and one.name == user]
    if ourselves:
        raise Unsafe(f"nothing was done: {few(ourselves)} would change the user that works here: work as another one")
    tags = session.http.read_tags()
    lacking = [one for one in written if not {needed_tag(kind_of(one)), "administrator"}.intersection(tags)]
    if lacking:
        tag, what = needed_tag(kind_of(lacking[0])), few([describe(one) for one in lacking])
        raise BrokerRefused(f"{user!r} lacks the tag {tag}, so nothing was done: it needs it for {what}")


def refuse_what_differs(changes: Iterable[Change], session: Session) -> None:
    """Without the management API, let the broker compare what is there: an equal redeclaration changes nothing.

    Raises:
        Unsafe: something is there, and other than it is to be created.
    """
    created = amqp_objects(one for one in changes if isinstance(one, Create))
    declared = [one for one in created if not isinstance(one, Binding)]
    found = [
        outcome.operation for outcome in run(session, [Operation("inspect", one) for one in declared]) if outcome.done
    ]
    again = run(session, [Operation("create", one.object) for one in found])
    refused = [outcome.text for outcome in again if not outcome.done]
    if refused:
        raise Unsafe(f"RabbitMQ cannot change in place what is there, so nothing was done: {few_sentences(refused)}")


def refuse_to_lose(changes: Iterable[Change], session: Session, discard: Set[str]) -> None:
    """Refuse to delete queues that hold messages or have consumers, but for those to ``discard``.

    Statistics lag, so the queues themselves are asked; only of messages that a client has taken and not acknowledged,
    and of those that wait for a delayed retry, they do not tell.

    Raises:
        Unsafe: naming the queues and what they hold, or that they do not tell.
        BrokerUnreachable: a quorum queue has no leader that could tell.
    """
    doomed = [one.object for one in changes if isinstance(one, Delete)]
    queues = [one for one in doomed if isinstance(one, Queue) and one.name not in discard]
    unseen = _unseen(session) if queues else {}
    full = []
    for outcome in ask_holdings(session, queues):
        asked = outcome.operation.object
        assert isinstance(asked, Queue)
        if outcome.messages or outcome.consumers:
            full.append(
                f"{asked.name} ({counted(outcome.messages, 'message')}, {counted(outcome.consumers, 'consumer')})"
            )
        elif not outcome.done and not outcome.absent:
            full.append(f"{asked.name} (nobody knows: {outcome.text})")
        elif outcome.done and (held := unseen.get(asked.name)):
            full.append(
                f"{asked.name} ({counted(held, 'message')} not acknowledged or to be retried, as of some seconds ago)"
            )
        elif outcome.done and asked.type == "stream" and peek(session, asked, most=1):
            full.append(f"{asked.name} (a stream with messages)")
    if full:
        raise Unsafe(
            f"these queues are in use: {few_sentences(full)}: empty them and stop their consumers, "
            "or name those whose messages may be lost with --discard"
        )


def refuse_to_tighten(tight: Iterable[Tightening], session: Session, discard: Set[str]) -> None:
    """Refuse limits by which queues would lose some of what they hold now, but for those to ``discard``.

    Raises:
        Unsafe: naming the queues, what they hold, and the limits.
    """
    asked = [one for one in tight if one.queue.name not in discard]
    held = held_by(session, asked) if asked else {}
    now = [replace(one, held=held.get(one.queue.name)) for one in asked]
    losing = [str(one) for one in now if one.may_lose]
    if losing:
        raise Unsafe(
            f"nothing was done: {few_sentences(losing)}: let them be consumed first, or accept it with --discard"
        )


def held_by(session: Session, tight: Iterable[Tightening]) -> dict[str, Backlog]:
    """Return what the queues hold of which limits get tighter, by their names."""
    asked = list(tight)
    queues = {one.queue.name: one.queue for one in asked}
    found = {describe(one.operation.object): one.messages for one in ask_holdings(session, queues.values())}
    sizes: dict[str, Counted] = {}
    if session.address.management:
        sizes = {one.queue.name: session.http.read_counts(one.queue.name) for one in asked if "bytes" in one.setting}
    held = {}
    for name, queue in queues.items():
        messages = found.get(describe(queue), 0)
        if queue.type == "stream" and not messages:
            messages = len(peek(session, queue, most=1))
        held[name] = Backlog(messages, _bytes(sizes.get(name), messages))
    return held


def _bytes(counted: Counted | None, messages: int) -> int | None:
    """Return how many bytes a queue holds, None where the statistics, which lag, do not know of all its messages."""
    return counted.bytes if counted and counted.messages is not None and counted.messages >= messages else None


def _unseen(session: Session) -> dict[str, int]:
    return session.http.read_unseen() if session.address.management else {}
