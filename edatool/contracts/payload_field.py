"""One field of payloads, as their contract describes it."""

from edatool.contracts.claims import Bound
from edatool.frozen import frozen


@frozen
class PayloadField:
    """What holds for a field in every valid payload; what cannot be decided is not claimed.

    ``known``: the contract mentions the field and allows it. ``forbidden``: no valid payload has it. Neither:
    it is not mentioned, but allowed. ``required``: every valid payload has it. ``types`` are names of JSON
    Schema types, None for any; ``values`` the only values it has, None for any; ``pattern`` a regular
    expression (ECMA 262) that it matches where it is a string. ``low`` and ``high`` are bounds of it where it is a
    number, with whether the bound is itself excluded; ``longest`` is how many characters it has at most where it is a
    string.
    """

    known: bool
    forbidden: bool
    required: bool
    types: frozenset[str] | None
    values: tuple[object, ...] | None
    pattern: str | None
    low: Bound | None = None
    high: Bound | None = None
    longest: int | None = None
