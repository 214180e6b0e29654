"""The drafts of JSON Schema: which one a schema is written in, and what its meta-schema says."""

from functools import cache
from typing import Any, NoReturn

import jsonschema_rs

from edatool.contracts.violation import MASK, Violation

DRAFT_4 = "http://json-schema.org/draft-04/schema"
DRAFT_6 = "http://json-schema.org/draft-06/schema"
DRAFT_7 = "http://json-schema.org/draft-07/schema"
DRAFT_2019_09 = "https://json-schema.org/draft/2019-09/schema"
DRAFT_2020_12 = "https://json-schema.org/draft/2020-12/schema"

_KNOWN = (DRAFT_4, DRAFT_6, DRAFT_7, DRAFT_2019_09, DRAFT_2020_12)

WITHOUT_IF = frozenset((DRAFT_4, DRAFT_6))
"""The drafts that do not know the keyword ``if``."""
ALONE = frozenset((DRAFT_4, DRAFT_6, DRAFT_7))
"""The drafts in which what stands beside a ``$ref`` does not count."""
_VOCABULARIES = "https://json-schema.org/draft/2020-12/meta/"
_REFUSED = {
    "http://json-schema.org/schema": "no draft in particular",
    "http://json-schema.org/draft-03/schema": "draft-03",
}


def draft_of(schema: dict[str, Any]) -> str | None:
    """Return the draft that ``$schema`` names, 2020-12 where it is missing; None for any other."""
    named = schema.get("$schema", DRAFT_2020_12)
    # An empty fragment means the same meta-schema (RFC 3986, section 3.5), and draft-07 is written with it.
    without_fragment = named.removesuffix("#") if isinstance(named, str) else None
    return without_fragment if without_fragment in _KNOWN else None


def id_keyword(draft: str) -> str:
    """Return the keyword by which a schema gives itself a URI."""
    return "id" if draft == DRAFT_4 else "$id"


def unknown_to(draft: str) -> frozenset[str]:
    """Return the keywords for values and properties that a draft does not know, and that therefore say nothing."""
    conditions = ("if", "then", "else") if draft in (DRAFT_4, DRAFT_6) else ()
    return frozenset((*conditions, *(("const",) if draft == DRAFT_4 else ())))


def is_built_in(uri: str) -> bool:
    """Say whether the engine's registry knows a URI by itself: of the meta-schemas only the newest."""
    return uri == DRAFT_2020_12 or uri.startswith(_VOCABULARIES)


def refusal(named: object) -> str:
    """Say why a value of ``$schema`` is refused, and what to write instead."""
    text = named if isinstance(named, str) else ""
    old = _REFUSED.get(text.removesuffix("#"))
    if old:
        return f"$schema names {old}, which is not supported: write the schema for {DRAFT_2020_12!r}"
    from difflib import get_close_matches  # noqa: PLC0415 - most schemas name a draft that is known

    nearest = get_close_matches(text, _KNOWN, n=1, cutoff=0.0)
    return f"$schema {named!r:.100} is unknown: did you mean {(nearest or [DRAFT_2020_12])[0]!r}?"


def breaches(schema: object, draft: str) -> list[Violation]:
    """Return all ways in which a schema breaks the meta-schema of its draft, regular expressions included."""
    validator = _meta_validator(draft)
    if validator.is_valid(schema):
        return []
    from edatool.contracts.explain import explain  # noqa: PLC0415 - most schemas have nothing to explain

    return explain(validator.iter_errors(schema), _no_doors, _no_doors)


def _no_doors(uri: str, *_: str) -> NoReturn:
    raise ValueError(f"no meta-schema has a door, {uri} included")


@cache
def _meta_validator(draft: str) -> jsonschema_rs.Validator:
    # The meta-schemas are built into the engine; formats are asserted to check regular expressions.
    return jsonschema_rs.validator_for(
        {"$schema": draft, "$ref": draft}, validate_formats=True, offline=True, mask=MASK
    )
