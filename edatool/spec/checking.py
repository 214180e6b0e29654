"""What a spec says of its own checks: which rules its team asks for, and how much they count."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Literal

from edatool.frozen import frozen
from edatool.spec.shape import ListOf, MapOf, OneOf, Record, RecordField, Text

Severity = Literal["error", "warning", "off"]

_REGEX = Text(like="a regular expression")
_IGNORE = Record(
    {
        "rule": RecordField(Text(), "the rule, by its code or name", required=True),
        "files": RecordField(
            Text(like="a pattern of files, such as schemas/legacy/*"),
            "where: files relative to the spec; * stands for anything",
            required=True,
        ),
        "because": RecordField(Text(), "why", required=True),
    }
)
NAMED = ("events", "exchanges", "queues", "consumers", "producers", "filters", "policies", "triggers")
_NAMES = Record({section: RecordField(_REGEX, f"what names in {section} have to match") for section in NAMED})
CHECKS = Record(
    {
        "profile": RecordField(
            OneOf(("strict",)), "strict asks for the rules that are off by default, and makes errors of warnings"
        ),
        "severity": RecordField(
            MapOf(OneOf(("error", "warning", "off"))),
            "what the findings of a rule count as, by its code or name; those that are errors stay errors",
        ),
        "names": RecordField(_NAMES, "a regular expression for each section, which whole names have to match"),
        "ignore": RecordField(ListOf(_IGNORE), "what is ignored, where no comment can say so, as in files of JSON"),
    },
    none_is_empty=True,
)


@frozen
class IgnoredRule:
    """A rule, by its code or name, whose findings in the files of a pattern were looked at."""

    rule: str
    files: str
    because: str


@frozen
class SpecChecks:
    """What a team says of the rules: ``severity`` by their codes or names."""

    profile: Literal["strict"] | None = None
    severity: Mapping[str, Severity] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    """Regular expressions for names, by section."""
    ignore: tuple[IgnoredRule, ...] = ()


def checks(value: Mapping[str, Any]) -> SpecChecks:
    """Make the values of a checked section."""
    # What lacks something is a finding already.
    ignored = (IgnoredRule(**one) for one in value.get("ignore", []) if one and one.keys() >= _IGNORE.fields.keys())
    return SpecChecks(value.get("profile"), value.get("severity", {}), value.get("names", {}), tuple(ignored))
