"""A plan in a file: reviewed now, applied later, exactly as it was reviewed or not at all."""

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from edatool.change.plan import Allowed, Plan
from edatool.errors import Stale, WrongUsage
from edatool.routing.definitions.definitions import definitions_of, topology_of
from edatool.routing.topology import Topology

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class PlanFile:
    """What apply needs of a reviewed plan; by the ``fingerprint`` it knows the plan again."""

    spec: str
    vhost: str
    desired: Topology
    external: Topology
    allowed: Allowed
    fingerprint: str
    kept: Mapping[str, Any] | None = None
    """What is kept of the spec on the broker, as JSON has it."""

    def raise_if_other(self, plan: Plan) -> None:
        """Refuse another plan than the reviewed one.

        Raises:
            Stale: the broker has changed since the review, or the plan was carried out already.
        """
        if plan.fingerprint != self.fingerprint:
            raise Stale("the broker has changed since this plan was made: plan again, and review what is new")


def to_json(one: PlanFile) -> dict[str, Any]:
    """Return the content of the file."""
    return {
        "format_version": FORMAT_VERSION,
        "spec": one.spec,
        "vhost": one.vhost,
        "fingerprint": one.fingerprint,
        "allowed": {
            "adopt": one.allowed.adopt,
            "replace": sorted(one.allowed.replace),
            "discard": sorted(one.allowed.discard),
            "unroutable": sorted(one.allowed.unroutable),
            "removals": one.allowed.removals,
        },
        "desired": definitions_of(one.desired),
        "external": definitions_of(one.external),
        "kept": one.kept,
    }


def from_json(value: object, file: str) -> PlanFile:
    """Read a file's content.

    Raises:
        WrongUsage: it is no plan of this version of edatool.
    """
    version = value.get("format_version") if isinstance(value, dict) else None
    if not isinstance(value, dict) or type(version) is not int or version != FORMAT_VERSION:
        raise WrongUsage(f"{file} is not a plan of this version of edatool: plan again with --out {file}")
    try:
        return PlanFile(
            spec=str(value["spec"]),
            vhost=str(value["vhost"]),
            desired=topology_of(value["desired"], "/"),
            external=topology_of(value["external"], "/"),
            allowed=_allowed(value["allowed"]),
            fingerprint=str(value["fingerprint"]),
            kept=value["kept"],
        )
    except (KeyError, TypeError) as error:
        raise WrongUsage(f"{file} is a damaged plan ({error}): plan again with --out {file}") from None


def _allowed(agreed: Mapping[str, Any]) -> Allowed:
    """Return what was agreed to, and take nothing else for a yes: ``"false"`` is none."""
    found: dict[str, Any] = {}
    for one in fields(Allowed):
        found[one.name] = value = agreed[one.name]
        if isinstance(value, list) and all(isinstance(name, str) for name in value) and one.type is not bool:
            found[one.name] = frozenset(value)
        elif one.type is not bool or not isinstance(value, bool):
            raise TypeError(f"{one.name} is {reprlib.repr(value)}")
    return Allowed(**found)
