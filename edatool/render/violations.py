"""What ``Violation.to_json`` returns, for the schemas of what programs read."""

from edatool.render.json_schema import each, record, text

VIOLATIONS = each(
    "what breaks the contract",
    record("a violation", {"pointer": text("where, as JSON Pointer"), "message": text("what, and the way out")}),
)
