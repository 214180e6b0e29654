"""Why a plan is not carried out: what it would lose, take from others, or leave half done."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from edatool.change.allowed import Allowed
from edatool.change.changes import Adopt, Delete
from edatool.counted import few
from edatool.routing.topology import Object, describe, identity_of

if TYPE_CHECKING:
    from edatool.change.plan import Plan


def reasons(plan: "Plan", allowed: Allowed) -> Iterator[str]:
    """Yield every reason why a plan is unsafe, with the way out of each."""
    yield from reasons_besides_events(plan, allowed)
    lost = lost_events(plan, allowed)
    if lost:
        options = " ".join(f"--allow-unroutable {name}" for name in lost)
        yield f"no queue would get messages of {few(lost)} any more: bind one, or accept it with {options}"


def lost_events(plan: "Plan", allowed: Allowed) -> list[str]:
    """Return the events that would lose their last queue, which nobody has agreed to."""
    if plan.leaving:  # that its own events reach no queue any more is what leaving is for
        return []
    return [name for name in plan.consequences.unsafe if name not in allowed.unroutable]


def reasons_besides_events(plan: "Plan", allowed: Allowed) -> Iterator[str]:
    """Yield the reasons that are about objects and what they hold."""
    adopted = [one for one in plan.compared.changes if isinstance(one, Adopt)]
    taken = [f"{describe(one.object)} (of {one.owner!r})" for one in adopted if one.owner]
    if taken:
        yield (
            f"other specs own {few(taken)}: declare them as external here, or let go of them there with "
            "edatool ledger --release"
        )
    if not allowed.adopt:
        yield from _unadopted([one.object for one in adopted if not one.owner], plan)
    if plan.removes_nearly_all and not allowed.removals:
        yield removals(plan)
    if plan.absent:
        yield f"declared as external, and not there as declared: {few([describe(one) for one in plan.absent])}"
    yield from _unreplaced(plan, allowed)
    yield from _tightened(plan, allowed)
    yield from _waiting(plan, allowed)
    for one in plan.compared.changes:
        if isinstance(one, Delete) and one.needed_by:
            needing = few([describe(each) for each in one.needed_by])
            yield f"{describe(one.object)} would go, and is needed by {needing}"


def removals(plan: "Plan") -> str:
    """Say why it takes a word to let nearly all go that applies of a spec have made."""
    return (
        f"{plan.removed} of the {plan.removed + plan.staying} objects that applies of this spec have made would go, "
        "as where two specs have one name: give each its own, or agree with --allow-removals"
    )


def _unadopted(found: list[Object], plan: "Plan") -> Iterator[str]:
    differing = {identity_of(way.replacement.new) for way in plan.ways}
    alike = [describe(one) for one in found if identity_of(one) not in differing]
    if alike:
        yield f"not made from this spec, and there already: {few(alike)}: take them over with --adopt"
    other = [describe(one) for one in found if identity_of(one) in differing]
    if other:
        way_out = "declare them as they are there or as external, or take them over with --adopt"
        yield f"not made from this spec, and there otherwise than declared: {few(other)}: {way_out}"


def _unreplaced(plan: "Plan", allowed: Allowed) -> Iterator[str]:
    not_ours = allowed.not_ours(plan.compared.changes)
    ways = [way for way in plan.ways if identity_of(way.replacement.new) not in not_ours]
    refused = [way.replacement for way in ways if way.replacement.name not in allowed.replace]
    if refused:
        options = " ".join(f"--replace {one.name}" for one in refused)
        named = few([describe(one.new) for one in refused])
        yield f"RabbitMQ cannot change in place: {named}: undo the change in the spec, or replace with {options}"
    agreed = [way for way in ways if way.replacement.name in allowed.replace]
    yield from (obstacle for way in agreed for obstacle in way.obstacles)
    if agreed and plan.unowned:
        yield f"a replacement needs the ledger: {plan.unowned}"


def _tightened(plan: "Plan", allowed: Allowed) -> Iterator[str]:
    for one in plan.tightenings:
        if one.may_lose and one.queue.name not in allowed.discard:
            yield f"{one}: let it be consumed first, or accept that messages go with --discard {one.queue.name}"


def _waiting(plan: "Plan", allowed: Allowed) -> Iterator[str]:
    for one in plan.waiting:
        if one.may_lose and one.exchange not in allowed.discard:
            yield f"{one}: wait for that, or accept that messages go with --discard {one.exchange}"
