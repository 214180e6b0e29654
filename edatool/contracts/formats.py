"""Formats, and in which drafts payloads are checked for them."""

from functools import cache

import jsonschema_rs

FORMATS = (
    *("date-time", "date", "time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6"),
    *("uri", "uri-reference", "iri", "iri-reference", "uuid", "uri-template", "json-pointer", "relative-json-pointer"),
    "regex",
)
"""Those of JSON Schema (Validation 2020-12, section 7.3)."""
DESCRIBING = frozenset(("int32", "int64", "float", "double", "byte", "binary", "password"))
"""Those of OpenAPI, which tell how to store a value; nobody expects them to be checked."""
_OF_NO_FORMAT = "\0 [{~"
"""Text that no format allows."""


@cache
def is_asserted(name: str, draft: str) -> bool:
    """Say whether a draft has payloads checked for a format."""
    schema = {"$schema": draft, "format": name}
    return not jsonschema_rs.validator_for(schema, validate_formats=True, offline=True).is_valid(_OF_NO_FORMAT)
