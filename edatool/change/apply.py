"""A plan carried out, phase by phase."""

import dataclasses
from collections.abc import Callable, Iterable, Sequence, Set
from contextlib import nullcontext

from edatool.broker.declare.operations import NOT_EMPTY, Action, Operation, Outcome, run
from edatool.broker.http import settings
from edatool.broker.session import Session
from edatool.change import ledgers
from edatool.change.allowed import NOTHING, Allowed
from edatool.change.changes import Adopt, Change, Create, Delete, Replace, Update
from edatool.change.ledger import Ledger, LedgerEntry, Signature, begun, claimed, finished, replaced, without
from edatool.change.phases import phases
from edatool.change.plan import Plan
from edatool.change.precautions import (
    amqp_objects,
    refuse_to_lose,
    refuse_to_tighten,
    refuse_what_differs,
    refuse_without_permissions,
    refuse_without_tags,
)
from edatool.change.replacing import replacement
from edatool.change.replacing.replace import replace as replace_one
from edatool.change.replacing.work import GivenWay
from edatool.counted import counted, few_sentences
from edatool.errors import BrokerRefused, BrokerUnreachable, Unsafe
from edatool.frozen import frozen
from edatool.routing.settings import VHOST
from edatool.routing.topology import Object, Policy, Queue, Setting, Topology, describe, kind_of

Done = Callable[[Change], None]


@frozen
class Keeping:
    """The ledger that an apply keeps while its session holds the lock of the vhost: nothing is changed without it.

    A replacement gives up for now after ``time_limit`` seconds, and tells ``on_progress`` before each of its steps.
    """

    ledger: Ledger
    signature: Signature
    on_progress: Callable[[str], None] = lambda _: None
    time_limit: float = 600.0


def apply(
    plan: Plan,
    session: Session,
    on_done: Done = lambda _: None,
    *,
    keeping: Keeping | None = None,
    allowed: Allowed = NOTHING,
) -> None:
    """Carry out a plan; ``on_done`` is called with each step that the broker has confirmed.

    Every step may be repeated: after a failure, or an interruption at any point, planning and applying again
    goes on with what is left. ``keeping`` is the ledger in which it is written what is ours, before it is made; None
    where none can be kept, and then the plan deletes nothing.

    Raises:
        Unsafe: a change that cannot be made in place or without loss; nothing was done. Or a queue that is to be
            deleted got messages or consumers on the way, and was kept.
        BrokerRefused: missing permissions; nothing was done. Or a step was refused, and the later phases left out.
        BrokerUnreachable: the broker, or its management API where it is needed, does not answer.
    """
    plan.raise_if_unsafe(allowed)
    with session.without_http() if plan.unseen else nullcontext():
        _apply(plan, session, on_done, keeping, allowed)


def _apply(plan: Plan, session: Session, on_done: Done, keeping: Keeping | None, allowed: Allowed) -> None:
    refuse_without_tags(plan.steps, session)
    refuse_without_permissions(plan.steps, [way.replacement for way in plan.ways], session)
    if plan.unseen:
        refuse_what_differs(plan.steps, session)
    refuse_to_lose(plan.steps, session, allowed.discard)
    refuse_to_tighten(plan.tightenings, session, allowed.discard)
    work = _Work(plan, session, on_done, allowed.discard)
    if keeping is None:
        work.carry_out(phases(plan.steps))
    elif plan.steps or _differs(keeping.ledger, plan.desired):
        _carry_out_on_record(work, keeping)


def resume(keeping: Keeping, session: Session) -> Ledger:
    """Bring the replacements to their end that an earlier apply has begun, and return the ledger without them.

    Raises:
        Unsafe: going on would lose messages, or the time limit has passed; everything is kept.
        BrokerError: the broker refuses something, or does not answer.
    """
    ledger = keeping.ledger
    for name, record in keeping.ledger.replacing.items():
        session.require_alone()
        one = replacement.from_json(record)
        try:
            done = replace_one(one, session, keeping.on_progress, keeping.time_limit)
        except GivenWay:
            ledgers.write(session, claimed(replaced(ledger, name), [one.old]))
            raise
        ledger = replaced(ledger, name)
        session.require_alone()
        ledgers.write(session, ledger)
        if done.lost:
            raise Unsafe(f"{name} is replaced, and {done.lost} messages that came in the last moment are lost")
    return ledger


def _carry_out_on_record(work: "_Work", keeping: Keeping) -> None:
    """Write down what will be ours, make it, and write down that it is made."""
    plan, session = work.plan, work.session
    session.require_alone()
    ledger = _begun(work, keeping)
    ledgers.write(session, ledger)
    for change in plan.steps:
        if isinstance(change, Adopt):
            work.on_done(change)
    for phase in phases(plan.steps):
        session.require_alone()
        if isinstance(phase[0], Replace):
            ledger = resume(dataclasses.replace(keeping, ledger=ledger), session)
            for change in phase:
                work.on_done(change)
        else:
            # Each phase when it comes: what an apply that fails never came to make is not ours, and others may make it.
            new = _created(phase)
            if new:
                ledger = claimed(ledger, new)
                ledgers.write(session, ledger)
            work.carry_out([phase])
    deleted = [one.object for one in plan.steps if isinstance(one, Delete)]
    session.require_alone()
    ledgers.write(session, finished(ledger, plan.desired, deleted))


def _begun(work: "_Work", keeping: Keeping) -> Ledger:
    plan, new, ledger = work.plan, _created(work.plan.steps), keeping.ledger
    if not any(kind_of(one) == VHOST for one in new):  # else the next apply, which makes the rest, marks the vhost
        ledger = ledgers.marked(work.session, ledger)
    agreed = [dataclasses.replace(way.replacement, discard=way.replacement.name in work.discard) for way in plan.ways]
    records = {describe(one.new): replacement.as_json(one) for one in agreed}
    return begun(ledger, _entry(plan, keeping), without(plan.desired, new), records)


def _created(changes: Iterable[Change]) -> list[Object]:
    return [one.object for one in changes if isinstance(one, Create)]


@frozen
class _Work:
    plan: Plan
    session: Session
    on_done: Done
    discard: Set[str]

    def carry_out(self, groups: Iterable[list[Change]]) -> None:
        for phase in groups:
            if isinstance(phase[0].object, (Policy, Setting)):
                self.write(phase)
            else:
                # Asked again: bindings are gone by now, but messages may have come before.
                refuse_to_lose(phase, self.session, self.discard)
                self.operate(phase)

    def operate(self, phase: Sequence[Change]) -> None:
        changes = {id(change.object): change for change in phase}

        def ended(outcome: Outcome) -> None:
            if outcome.done:
                self.on_done(changes[id(outcome.operation.object)])

        action: Action = "delete" if isinstance(phase[0], Delete) else "create"
        operations = [
            Operation(action, one, force=isinstance(one, Queue) and one.name in self.discard)
            for one in amqp_objects(phase)
        ]
        outcomes = run(self.session, operations, ended)
        failed = [one for one in outcomes if not one.done and not (action == "delete" and one.absent)]
        used = [describe(one.operation.object) for one in failed if _is_in_use(one)]
        if used:
            raise Unsafe(f"messages or consumers came on the way, and so these were kept: {few_sentences(used)}")
        refused = [one.refusal for one in failed]
        if refused:
            of_all = f"{len(refused)} of {len(phase)} steps, and later ones were left out"
            raise BrokerRefused(f"the broker refused {of_all}: {few_sentences(refused)}")
        _report_losses(outcomes)

    def write(self, phase: Sequence[Change]) -> None:
        if self.session.address.management is None:
            raise BrokerUnreachable(f"a {kind_of(phase[0].object)} needs the management API: name it with --management")
        management = self.session.http
        for change in phase:
            self.session.require_alone()
            match change, change.object:
                case Delete(), Policy() as policy:
                    management.delete_policy(policy)
                case _, Policy() as policy:
                    management.put_policy(policy)
                case Delete(), Setting() as setting:
                    settings.delete(management, setting)
                case _, Setting() as setting:
                    settings.write(management, setting)
            self.on_done(change)


def _is_in_use(one: Outcome) -> bool:
    return one.operation.action == "delete" and isinstance(one.operation.object, Queue) and one.code == NOT_EMPTY


def _differs(ledger: Ledger, desired: Topology) -> bool:
    """Whether a ledger has to be written although nothing on the broker has to be done."""
    unmarked = ledger.mark is None and ledger.objects.size > 0
    return unmarked or not ledger.complete or ledger.objects != desired


def _report_losses(outcomes: Sequence[Outcome]) -> None:
    """Say so where quorum queues and streams, which take no conditions, were not empty after all."""
    lost = [
        f"{one.operation.object.name} ({counted(one.messages, 'message')})"
        for one in outcomes
        if one.operation.action == "delete"
        and isinstance(one.operation.object, Queue)
        and one.messages
        and not one.operation.force
    ]
    if lost:
        raise Unsafe(
            f"messages came between the last look and the removal of these queues, and are lost: {few_sentences(lost)}"
        )


def _entry(plan: Plan, keeping: Keeping) -> LedgerEntry:
    def count(*kinds: type) -> int:
        return sum(isinstance(one, kinds) for one in plan.steps)

    signature = keeping.signature
    return LedgerEntry(
        serial=keeping.ledger.serial + 1,
        at=signature.at,
        by=signature.by,
        revision=signature.revision,
        created=count(Create),
        changed=count(Adopt, Update, Replace),
        removed=count(Delete),
    )
