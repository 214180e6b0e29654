"""A plan for a vhost, by the ledgers that tell whose its objects are."""

from collections.abc import Mapping
from dataclasses import replace

from edatool.change.ledgers import Ledgers
from edatool.change.plan import Plan, plan_apply
from edatool.change.replacing import replacement
from edatool.change.tightening import Backlog
from edatool.routing.topology import Policy, Topology


def plan_by_ledgers(
    desired: Topology,
    live: Topology | None,
    ledgers: Ledgers,
    *,
    external: Topology,
    unseen: str | None,
    operators: Mapping[str, Policy],
    held: Mapping[str, Backlog] | None = None,
) -> Plan:
    """Plan as ``plan_apply`` does, and go on with replacements that an earlier apply has begun."""
    plan = plan_apply(
        desired,
        live,
        ledgers.ownership,
        external=external,
        unseen=unseen,
        unowned=ledgers.refused,
        under_way=[replacement.from_json(record) for record in ledgers.ours.replacing.values()],
        held=held,
        operators=operators,
    )
    return replace(plan, outlived=ledgers.outlived)
