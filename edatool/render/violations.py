"""Violations of a contract for programs, the same wherever they are told."""

from collections.abc import Iterable

from edatool.contracts.violation import Violation
from edatool.render.json_schema import each, record, text

VIOLATIONS = each(
    "what breaks the contract",
    record("a violation", {"pointer": text("where, as JSON Pointer"), "message": text("what, and the way out")}),
)


def violation_fields(violations: Iterable[Violation]) -> list[dict[str, object]]:
    """Return violations as JSON has them."""
    return [{"pointer": one.pointer, "message": one.message} for one in violations]
