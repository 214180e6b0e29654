"""What a spec says of its own checks: which rules its team asks for, and how much they count."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Literal

from edatool.frozen import frozen
from edatool.spec.shape import MapOf, OneOf, Record, RecordField

Severity = Literal["error", "warning", "off"]

CHECKS = Record(
    {
        "profile": RecordField(
            OneOf(("strict",)), "strict asks for the rules that are off by default, and makes errors of warnings"
        ),
        "severity": RecordField(
            MapOf(OneOf(("error", "warning", "off"))),
            "what the findings of a rule count as, by its code or name; those that are errors stay errors",
        ),
    },
    none_is_empty=True,
)


@frozen
class SpecChecks:
    """What a team says of the rules: ``severity`` by their codes or names."""

    profile: Literal["strict"] | None = None
    severity: Mapping[str, Severity] = field(default_factory=dict)


def checks(value: Mapping[str, Any]) -> SpecChecks:
    """Make the values of a checked section."""
    return SpecChecks(value.get("profile"), value.get("severity", {}))
