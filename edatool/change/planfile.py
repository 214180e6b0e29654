"""A plan in a file: reviewed now, applied later, exactly as it was reviewed or not at all."""

import json
import reprlib
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from edatool.change.allowed import Allowed
from edatool.change.plan import Plan
from edatool.checks.stored import kept
from edatool.checks.stored import to_json as kept_json
from edatool.errors import Stale, WrongUsage
from edatool.frozen import frozen
from edatool.routing.definitions.definitions import definitions_of, topology_of
from edatool.routing.topology import Topology
from edatool.spec.files import Unreadable, read_given

FORMAT_VERSION = 1
LARGEST = 256 * 2**20
"""The most bytes of a plan that are read."""


@frozen
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


def reviewed(plan: Plan, allowed: Allowed) -> PlanFile:
    """Return what it takes to carry out exactly this plan later."""
    # It is looked at again without the spec, and then nothing tells that all is to go.
    agreed = replace(allowed, removals=True) if plan.leaving else allowed
    return PlanFile(plan.spec, plan.vhost, plan.desired, plan.external, agreed, plan.fingerprint, kept_of(plan))


def kept_of(plan: Plan) -> Mapping[str, Any] | None:
    """Return what apply leaves of a spec on the broker for publishers, None where nothing is declared."""
    return kept_json(kept(plan.declared), plan.spec, plan.vhost) if plan.declared else None


def read(file: str) -> PlanFile:
    """Read a plan from a file, or from standard input for ``-``.

    Raises:
        WrongUsage: there is no such file, or it is no plan of this version of edatool.
    """
    try:
        content = json.loads(read_given(file, LARGEST))
    except Unreadable as error:
        raise WrongUsage(f"{file} {error}") from None
    except (ValueError, RecursionError) as error:
        raise WrongUsage(f"{file} cannot be read as a plan ({error}): plan again with --save {file}") from None
    return from_json(content, file)


def dumped(plan: PlanFile) -> str:
    """Return the text of the file."""
    return json.dumps(to_json(plan), indent=2) + "\n"


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
        raise WrongUsage(f"{file} is not a plan of this version of edatool: plan again with --save {file}")
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
        raise WrongUsage(
            f"{file} is a damaged plan ({error}), or one of --format json: write it with edatool plan --save {file}"
        ) from None


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
