"""What of SARIF 2.1.0 edatool writes, as a JSON Schema.

Names, types and values are those of OASIS's sarif-schema-2.1.0.json, in which no object has other properties either;
what edatool never writes is left out.
"""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

_TEXT: Schema = {"type": "string"}
_FROM_1: Schema = {"type": "integer", "minimum": 1}
_LEVEL: Schema = {"enum": ["none", "note", "warning", "error"]}


def _record(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> Schema:
    properties = {**required, **(optional or {})}
    return {"type": "object", "properties": properties, "required": [*required], "additionalProperties": False}


def _each(item: Schema, **bounds: object) -> Schema:
    return {"type": "array", "items": item, **bounds}


def _named(value: Schema) -> Schema:
    return {"type": "object", "additionalProperties": value}


_MESSAGE = _record({"text": _TEXT}, {"markdown": _TEXT})
_FILE = _record({}, {"uri": {**_TEXT, "format": "uri-reference"}, "uriBaseId": _TEXT, "description": _MESSAGE})
_REGION = _record({"startLine": _FROM_1}, {"startColumn": _FROM_1, "endLine": _FROM_1, "endColumn": _FROM_1})
_PLACE = _record({"artifactLocation": _FILE}, {"region": _REGION})
_REPLACEMENT = _record({"deletedRegion": _REGION}, {"insertedContent": _record({"text": _TEXT})})
_CHANGE = _record({"artifactLocation": _FILE, "replacements": _each(_REPLACEMENT, minItems=1)})
_FIX = _record({"artifactChanges": _each(_CHANGE, minItems=1)}, {"description": _MESSAGE})
_SUPPRESSION = _record(
    {"kind": {"enum": ["inSource", "external"]}},
    {"status": {"enum": ["accepted", "underReview", "rejected"]}, "justification": _TEXT},
)
_RESULT = _record(
    {"message": _MESSAGE},
    {
        "ruleId": _TEXT,
        "ruleIndex": {"type": "integer", "minimum": -1},
        "level": _LEVEL,
        "locations": _each(_record({"physicalLocation": _PLACE})),
        "partialFingerprints": _named(_TEXT),
        "suppressions": _each(_SUPPRESSION, uniqueItems=True),
        "fixes": _each(_FIX, uniqueItems=True),
    },
)
_RULE = _record(
    {"id": _TEXT},
    {
        "name": _TEXT,
        "shortDescription": _MESSAGE,
        "fullDescription": _MESSAGE,
        "help": _MESSAGE,
        "defaultConfiguration": _record({}, {"level": _LEVEL}),
    },
)
_DRIVER = _record({"name": _TEXT}, {"semanticVersion": _TEXT, "rules": _each(_RULE, uniqueItems=True)})
_RUN = _record(
    {"tool": _record({"driver": _DRIVER})},
    {
        "automationDetails": _record({}, {"id": _TEXT}),
        "originalUriBaseIds": _named(_FILE),
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": _each(_RESULT),
    },
)
SARIF = _record({"version": {"const": "2.1.0"}, "runs": _each(_RUN)}, {"$schema": {**_TEXT, "format": "uri"}})
