"""A plan for programs."""

import dataclasses
from json import dumps

from edatool.change.allowed import Allowed
from edatool.change.consequences.condition import Conditions
from edatool.change.consequences.consequences import Consequences
from edatool.change.consequences.effects import Effect
from edatool.change.consequences.reroutes import Reroute
from edatool.change.diff import Compared
from edatool.change.plan import Plan
from edatool.change.replacing.by_policy import as_yaml
from edatool.change.replacing.ways import ReplacementWay
from edatool.change.tightening import Tightening
from edatool.render.changes import change_fields
from edatool.render.objects import object_fields
from edatool.render.plan.agreement import is_agreed
from edatool.render.plan.shown import ShownPlan
from edatool.render.plan.why import KEYS, why
from edatool.routing.acceptance.objection import Objection
from edatool.routing.lowering.lowering import Filtering, Pushed, Stamped
from edatool.routing.topology import Object, describe, identity_of, kind_of

FORMAT_VERSION = 1


def json(shown: ShownPlan) -> str:
    """Return a plan as JSON; the keys are part of the format, whose version is ``format_version``."""
    return dumps({"format_version": FORMAT_VERSION, **plan_fields(shown)}, indent=2)


def plan_fields(shown: ShownPlan) -> dict[str, object]:
    """Return what a plan consists of as JSON has it."""
    plan = shown.plan
    unknown = plan.consequences.unknown
    return {
        "changes": [change_fields(change) for change in plan.compared.changes],
        "unchanged": plan.compared.unchanged,
        "foreign": [_foreign_fields(one, plan.compared) for one in plan.compared.foreign.objects],
        "objections": [
            *(_objection_fields(one, unchanged=False) for one in plan.objections_to_steps),
            *(_objection_fields(one, unchanged=True) for one in plan.objections_to_the_rest),
        ],
        "unseen": plan.unseen,
        "unowned": plan.unowned,
        "outlived": plan.outlived,
        "removes_nearly_all": plan.removes_nearly_all,
        "tightenings": [_tightening_fields(one) for one in plan.tightenings],
        "waiting": [dataclasses.asdict(one) for one in plan.waiting],
        "ways": [_way_fields(one, plan, shown.allowed) for one in plan.ways],
        "under_way": [{"kind": one.kind, "name": one.name} for one in plan.under_way],
        "filters": _filter_fields(plan.filtering) if plan.filtering else [],
        "events": None if unknown else _event_fields(plan.consequences, None if shown.all_messages else KEYS),
        "events_unknown": unknown,
        "unasked": list(plan.unasked),
    }


def _foreign_fields(one: Object, compared: Compared) -> dict[str, object]:
    return {**object_fields(one), "owner": compared.owners.get(identity_of(one))}


def _objection_fields(one: Objection, *, unchanged: bool) -> dict[str, object]:
    """Return an objection as JSON has it; ``unchanged`` is an object that is there already as it is wanted."""
    return {
        "kind": kind_of(one.object),
        "object": describe(one.object),
        "part": one.part,
        "verdict": one.verdict.value,
        "why": one.why,
        "unchanged": unchanged,
    }


def _tightening_fields(one: Tightening) -> dict[str, object]:
    return {
        "queue": one.queue.name,
        "setting": one.setting,
        "before": one.before,
        "after": one.after,
        "source": one.source,
        "messages": one.held.messages if one.held else None,
        "may_lose": one.may_lose,
    }


def _way_fields(way: ReplacementWay, plan: Plan, allowed: Allowed) -> dict[str, object]:
    return {
        "kind": way.replacement.kind,
        "name": way.replacement.name,
        "obstacles": list(way.obstacles),
        "policy": as_yaml(way.policy) if way.policy else None,
        "agreed": is_agreed(way, plan, allowed),
    }


def _filter_fields(found: Filtering) -> list[dict[str, object]]:
    return [*map(_filter, found.pushed), *map(_filter, found.stamped)]


def _filter(one: Pushed | Stamped) -> dict[str, object]:
    binding = one.binding
    return {
        "filter": binding.filter,
        "destination": binding.destination,
        "destination_kind": "exchange" if binding.to_exchange else "queue",
        "carried_out": "by bindings" if isinstance(one, Pushed) else "by stamps",
    }


def _event_fields(found: Consequences, most: int | None) -> dict[str, object]:
    return {
        "reroutes": [_reroute_fields(one, most) for one in found.reroutes],
        "dead_letters": [
            {
                "event": one.event,
                "rejected_by": one.queue,
                "before": list(one.before),
                "after": list(one.after),
                "lost": one.lost,
            }
            for one in found.burials
        ],
        "doubts": list(found.doubts),
        "untried": list(found.untried),
        "tried": found.tried,
        "declared": found.declared,
        "effects": [_effect_fields(one) for one in found.effects],
    }


def _effect_fields(one: Effect) -> dict[str, object]:
    cause = one.cause
    return {
        "event": one.name if one.is_event else None,
        "test": None if one.is_event else one.name,
        "effect": one.kind,
        "queues": list(one.queues),
        "before": one.before,
        "after": one.after,
        "all_messages": cause.whole,
        "why": why(one),
        "conditions": [_condition_fields(way) for way in cause.ways],
        "exceptions": [_condition_fields(way) for way in cause.exceptions],
        "refusal": one.refusal,
    }


def _condition_fields(way: Conditions) -> list[dict[str, object]]:
    """Return what has to be so for one way, in an order that stays."""
    return [{"kind": one.kind, "name": one.name, "value": one.value} for one in sorted(way, key=repr)]


def _reroute_fields(one: Reroute, most: int | None) -> dict[str, object]:
    return {
        "event": one.name if one.is_event else None,
        "test": None if one.is_event else one.name,
        "unsafe": one.unsafe,
        "before": one.before,
        "after": one.after,
        "refusal": one.refusal,
        "destinations": [{"queue": d.queue, "before": d.before, "after": d.after} for d in one.destinations],
        "kept": list(one.kept),
        "all_messages": one.whole,
        "messages": [
            {
                "exchange": p.message.exchange,
                "key": p.message.key,
                "headers": dict(p.message.headers),
                "filtered_by": dict(p.seen),
            }
            for p in one.probes[:most]
        ],
        "messages_in_all": len(one.probes),
    }
