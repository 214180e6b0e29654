"""Whether a contract refuses all that a mapping makes, whatever it is given."""

from collections.abc import Iterator

from edatool.checks.made_up import made_up
from edatool.contracts.contract import Contract
from edatool.contracts.fields import field_of
from edatool.filters.content import MISSING, Content
from edatool.webhooks.mapping import PayloadMapping, put
from edatool.webhooks.paths import value_at


def refused(mapping: PayloadMapping, contract: Contract) -> tuple[object, str] | None:
    """Return a payload that a mapping makes, and why the contract refuses all of them; None where it may take some."""
    made = [_made(mapping, example) for example in contract.examples if _has(example, mapping)]
    if any(contract.is_valid(one) for one in made):
        return None
    if made:
        return made[0], str(contract.violations(made[0])[0])
    wrong = next(_certain(mapping, contract), None)
    invented = made_up(contract, [target for target, _ in mapping.fields])
    return (_made(mapping, invented), wrong) if wrong else None


def _has(example: object, mapping: PayloadMapping) -> bool:
    return all(_at(example, target) is not MISSING for target, _ in mapping.fields)


def _made(mapping: PayloadMapping, example: object) -> object:
    """Return what a mapping makes of a request that has the fields of an example."""
    payload: object = {} if mapping.fields else example
    for target, _ in mapping.fields:
        payload = put(payload, target, _at(example, target))
    for target, value in mapping.constants:
        payload = put(payload, target, value)
    return payload


def _certain(mapping: PayloadMapping, contract: Contract) -> Iterator[str]:
    """Yield what is wrong with a mapping whatever the values of its fields."""
    targets = [target for target, _ in (*mapping.fields, *mapping.constants)]
    for target in targets:
        if field_of(contract, target).forbidden:
            yield f"it has no field {'.'.join(target)!r}"
    asked = contract.schema.get("required")
    for name in asked if isinstance(asked, list) and mapping.fields else ():
        if field_of(contract, (name,)).required and not any(target[0] == name for target in targets):
            yield f"{name!r} is a required property"
    for target, value in mapping.constants:
        allowed = field_of(contract, target).values
        if allowed is not None and value not in allowed:
            yield f"the constant {'.'.join(target)!r} is none of its values"


def _at(payload: object, names: tuple[str, ...]) -> object:
    return value_at(("data", *names), Content(payload))
