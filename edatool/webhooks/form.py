"""The bodies of HTML forms, ``application/x-www-form-urlencoded``, as JSON values."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from edatool.contracts.payload import PayloadLimits, Violation, parse

KIND = "application/x-www-form-urlencoded"
MOST_FIELDS = 1000
_PAYLOAD = "payload"


def is_form(headers: Mapping[str, str]) -> bool:
    """Whether a request with these headers, by their names in small letters, has a form for its body."""
    return headers.get("content-type", "").partition(";")[0].strip().lower() == KIND


def parse_form(body: bytes, limits: PayloadLimits) -> object:
    """Return a string for each field, a list of them for one that is there several times.

    A form of the one field ``payload`` has JSON in it, and is that: GitHub and Slack's interactive messages are so.
    What cannot be read gives a Violation.
    """
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        return Violation("", f"this is no form in UTF-8 of {MOST_FIELDS} fields at most")
    found: dict[str, list[str]] = {}
    for name, value in fields:
        found.setdefault(name, []).append(value)
    if found.keys() == {_PAYLOAD} and len(fields) == 1:
        return parse(found[_PAYLOAD][0].encode(), limits)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}
