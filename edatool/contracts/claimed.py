"""What schemas claim about the fields of a payload, read from their text."""

from dataclasses import field
from functools import reduce

import jsonschema_rs

from edatool.contracts.claims import NOTHING, Bound, Claims, both, either, of_types, of_values
from edatool.contracts.documents.document import SchemaPlace
from edatool.contracts.documents.drafts import unknown_to
from edatool.contracts.documents.links import ReachedDocuments
from edatool.contracts.pointer import Path, at
from edatool.frozen import mutable


@mutable
class SchemaReading:
    """Reads the schemas that ``reached`` holds, each question once; for one thread."""

    reached: ReachedDocuments
    made: dict[tuple[SchemaPlace, Path], Claims] = field(default_factory=dict)
    depth: int = 0

    def claims(self, place: SchemaPlace, path: tuple[str, ...]) -> Claims:
        """Return what the schema at ``place`` claims about the field at ``path`` below it."""
        key = (place, path)
        if key not in self.made and self.depth < _DEEPEST:
            # A schema that refers back to itself claims nothing by that.
            self.made[key] = NOTHING
            self.depth += 1
            self.made[key] = self._read(place, path)
            self.depth -= 1
        return self.made.get(key, NOTHING)

    def _read(self, place: SchemaPlace, path: tuple[str, ...]) -> Claims:
        document = self.reached.documents[place.uri]
        schema = at(document.schema, place.path)
        if schema is False:
            return Claims(forbidden=True)
        if not isinstance(schema, dict):
            return NOTHING
        link = self.reached.links.get(place)
        parts = [self.claims(link.target, path)] if link else []
        if link and link.alone:
            return parts[0]
        if "$dynamicRef" in schema or "$recursiveRef" in schema:
            parts.append(Claims(mentioned=True))
        unknown = unknown_to(document.draft)
        schema = {keyword: value for keyword, value in schema.items() if keyword not in unknown}
        parts.append(self._below(schema, place, path) if path else _own(schema))
        if not _COMBINING.isdisjoint(schema):
            parts += self._combined(schema, place, path)
        return reduce(both, parts)

    def _combined(self, schema: dict[str, object], place: SchemaPlace, path: tuple[str, ...]) -> list[Claims]:
        parts = [self.claims(each, path) for each in _members(schema, "allOf", place)]
        for keyword in ("anyOf", "oneOf"):
            members = _members(schema, keyword, place)
            if members:
                parts.append(reduce(either, [self.claims(each, path) for each in members]))
        ways = [self.claims(_inside(place, key), path) for key in ("then", "else") if key in schema]
        if "if" in schema and ways:
            parts.append(reduce(either, ways if len(ways) == 2 else [*ways, NOTHING]))
        # What holds only now and then is mentioned, no more.
        parts += [either(self.claims(each, path), NOTHING) for each in _sometimes(schema, place)]
        return parts

    def _below(self, schema: dict[str, object], place: SchemaPlace, path: tuple[str, ...]) -> Claims:
        """Return what the schema claims about a field through the keywords for its properties."""
        name, rest = path[0], path[1:]
        required = schema.get("required")
        demanded = isinstance(required, list) and name in required and not rest
        parts = [Claims(demanded=demanded, mentioned=demanded)]
        for step in _steps(schema, name):
            spoken_of = not rest and (step != _OTHERS or isinstance(schema[_OTHERS[0]], dict))
            parts += [Claims(mentioned=spoken_of), self.claims(_inside(place, *step), rest)]
        return reduce(both, parts)


# Schemas that refer on and on claim nothing beyond this, before Python's stack ends.
_DEEPEST = 100
_COMBINING = frozenset(("allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas"))
_OTHERS = ("additionalProperties",)
_LOW = {"minimum": False, "exclusiveMinimum": True}
_HIGH = {"maximum": False, "exclusiveMaximum": True}
_BOUNDING = _LOW.keys() | _HIGH.keys()


def _own(schema: dict[str, object]) -> Claims:
    types, enum, pattern = schema.get("type"), schema.get("enum"), schema.get("pattern")
    longest = schema.get("maxLength")
    parts = [
        Claims(
            pattern=pattern if isinstance(pattern, str) else None, longest=longest if isinstance(longest, int) else None
        )
    ]
    if not _BOUNDING.isdisjoint(schema):
        parts += [Claims(low=bound) for bound in _bounds(schema, _LOW)]
        parts += [Claims(high=bound) for bound in _bounds(schema, _HIGH)]
    if isinstance(types, str | list):
        parts.append(of_types([types] if isinstance(types, str) else types))
    if isinstance(enum, list):
        parts.append(of_values(enum))
    if "const" in schema:
        parts.append(of_values([schema["const"]]))
    return reduce(both, parts)


def _bounds(schema: dict[str, object], keywords: dict[str, bool]) -> list[Bound]:
    found = [(schema.get(keyword), excluded) for keyword, excluded in keywords.items()]
    if any(excluded and one is True for one, excluded in found):  # as draft-04 says that a bound is excluded
        found = [(one, True) for one, _ in found]
    return [(one, excluded) for one, excluded in found if isinstance(one, (int, float)) and not isinstance(one, bool)]


def _steps(schema: dict[str, object], name: str) -> list[Path]:
    """Return the ways to the schemas that hold for the property ``name``."""
    named = schema.get("properties")
    steps: list[Path] = [("properties", name)] if isinstance(named, dict) and name in named else []
    patterns = schema.get("patternProperties")
    if isinstance(patterns, dict):
        steps += [("patternProperties", each) for each in patterns if _matches(each, name)]
    if not steps and "additionalProperties" in schema:
        return [_OTHERS]
    return steps


def _matches(pattern: str, name: str) -> bool:
    return jsonschema_rs.is_valid({"pattern": pattern}, name)


def _members(schema: dict[str, object], keyword: str, place: SchemaPlace) -> list[SchemaPlace]:
    members = schema.get(keyword)
    return [_inside(place, keyword, i) for i in range(len(members))] if isinstance(members, list) else []


def _sometimes(schema: dict[str, object], place: SchemaPlace) -> list[SchemaPlace]:
    dependent = schema.get("dependentSchemas")
    names = dependent if isinstance(dependent, dict) else ()
    places = [_inside(place, "dependentSchemas", name) for name in names]
    return [*places, _inside(place, "if")] if "if" in schema else places


def _inside(place: SchemaPlace, *step: str | int) -> SchemaPlace:
    return SchemaPlace(place.uri, place.path + step)
