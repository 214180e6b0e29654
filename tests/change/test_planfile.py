from typing import Any

import pytest

from edatool.change.allowed import Allowed
from edatool.change.planfile import PlanFile, from_json, to_json
from edatool.errors import WrongUsage
from edatool.routing.topology import Queue, topology

PLAN = PlanFile(
    "shop",
    "/",
    topology(queues=[Queue("q", arguments={"x-queue-type": "classic"})]),
    topology(),
    Allowed(adopt=True, replace=frozenset({"q"})),
    "abc",
)


def test_a_plan_is_the_same_after_it_was_kept() -> None:
    assert from_json(to_json(PLAN), "plan.json") == PLAN


@pytest.mark.parametrize("version", [True, 1.0, "1", None, 2])
def test_a_plan_of_another_format_is_refused(version: object) -> None:
    with pytest.raises(WrongUsage, match="not a plan of this version"):
        from_json({**to_json(PLAN), "format_version": version}, "plan.json")


@pytest.mark.parametrize(
    "agreed",
    [{"adopt": "false"}, {"removals": 1}, {"discard": "orders"}, {"replace": [1]}, {"unroutable": None}],
)
def test_nothing_but_a_yes_and_names_is_agreement(agreed: dict[str, Any]) -> None:
    written = to_json(PLAN)
    with pytest.raises(WrongUsage, match=f"damaged plan .{next(iter(agreed))} is "):
        from_json({**written, "allowed": {**written["allowed"], **agreed}}, "plan.json")
