"""What a contract says about one field of its payloads."""

from edatool.contracts.claimed import SchemaReading
from edatool.contracts.contract import Contract
from edatool.contracts.payload_field import PayloadField

_OBJECT = frozenset({"object"})


def field_of(contract: Contract, path: tuple[str, ...]) -> PayloadField:
    """Return what a contract says about the field at ``path``, a name in an object for each step.

    Read are type, enum, const, pattern, maxLength, minimum and maximum (exclusive ones too), properties,
    patternProperties, additionalProperties, required, allOf, anyOf, oneOf, if with then and else, and ``$ref`` across
    files. Other keywords claim nothing. A contract remembers what it was asked.
    """
    found = contract.fields.get(path)
    if found is None:
        found = contract.fields[path] = _read(contract, path)
    return found


def _read(contract: Contract, path: tuple[str, ...]) -> PayloadField:
    reading = SchemaReading(contract.reached)
    steps = [reading.claims(contract.place, path[:length]) for length in range(len(path) + 1)]
    around, own = steps[:-1], steps[-1]
    forbidden = own.forbidden or any(each.forbidden or not each.allows("object") for each in around)
    required = all(each.types == _OBJECT for each in around) and all(each.demanded for each in steps[1:])
    return PayloadField(
        known=own.mentioned and not forbidden,
        forbidden=forbidden,
        required=required and not forbidden,
        types=own.types - {"integer"} if own.types and "number" in own.types else own.types,
        values=own.values,
        pattern=own.pattern,
        low=own.low,
        high=own.high,
        longest=own.longest,
    )
