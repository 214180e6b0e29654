"""YAML text to plain values in which every one knows its place.

Stricter than YAML 1.1: plain scalars follow the YAML 1.2 core schema (so ``no`` is a string), numbers are those
that JSON has, tags that would build objects and duplicate keys are findings, and size, depth and the growth
by aliases are bounded.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import yaml

from edatool.findings import Finding, Position
from edatool.spec.variables import Unset, expand

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 64
MAX_NODES = 1_000_000

Path = tuple[str | int, ...]
Place = tuple[str, int, int, int, int]
"""File, line and column of a value, then line and column of its key (the value's own where it has none)."""

# The typed stubs of yaml's events lack marks, anchors and tags.
Event = Any

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_A_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_CONSTANTS: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_CONSTANTS |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


@dataclass(frozen=True, slots=True)
class Document:
    """The plain value of one or more files, and the place of every path in it."""

    value: object
    places: Mapping[Path, Place]

    def where(self, path: Path) -> Position | None:
        """Return the position of the value at ``path``, or of the nearest thing around it."""
        place = self._nearest(path)
        return Position(place[0], place[1], place[2]) if place else None

    def where_key(self, path: Path) -> Position | None:
        """Return the position of the key at ``path``, or of the nearest thing around it."""
        place = self._nearest(path)
        return Position(place[0], place[3], place[4]) if place else None

    def _nearest(self, path: Path) -> Place | None:
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path)


def read(text: str, file: str, environment: Mapping[str, str]) -> tuple[Document, list[Finding]]:
    """Read one YAML document and everything wrong with it as text.

    ``${NAME}`` and ``${NAME:-default}`` in a scalar are replaced from ``environment`` before a plain
    scalar's type is decided. A text that is not YAML gives an empty document and one finding.
    """
    nothing = Document({}, {(): (file, 1, 1, 1, 1)})
    if len(text) > MAX_BYTES:
        return nothing, [
            Finding("E005", f"the file is over {MAX_BYTES} bytes: split it with include", Position(file, 1, 1))
        ]
    builder = _Builder(file, environment)
    try:
        value = builder.document(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        return nothing, [_syntax_finding(error, file)]
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        at = Position(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        return nothing, [Finding("E002", f"a character that YAML does not allow ({error.character!r}): remove it", at)]
    except _TooLarge as error:
        return nothing, [error.finding]
    return Document(value, builder.places), builder.findings


class _TooLarge(Exception):
    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.message)


def _syntax_finding(error: yaml.MarkedYAMLError, file: str) -> Finding:
    mark = error.problem_mark or error.context_mark
    at = Position(file, mark.line + 1, mark.column + 1) if mark else Position(file, 1, 1)
    what = ", ".join(part for part in (error.context, error.problem) if part)
    return Finding("E002", f"this is not YAML: {what}", at)


@dataclass(frozen=True, slots=True)
class _Anchored:
    value: object
    places: dict[Path, Place]
    nodes: int


@dataclass(frozen=True, slots=True)
class _Merged:
    value: object
    places: dict[Path, Place]
    event: Event


@dataclass(slots=True)
class _Builder:
    file: str
    environment: Mapping[str, str]
    places: dict[Path, Place] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    anchors: dict[str, _Anchored] = field(default_factory=dict)
    nodes: int = 0

    def document(self, events: Iterator[Event]) -> object:
        value: object = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents == 2:
                    self.report("E007", event, "a second YAML document starts here: keep one document in a file")
            elif isinstance(event, yaml.NodeEvent):
                built = self.node(event, events, (), None)
                value = built if documents == 1 else value
        return value

    def node(self, event: Event, events: Iterator[Event], path: Path, key: Event | None) -> object:
        self.nodes += 1
        self.bound(event, path)
        mark, key_mark = event.start_mark, (key or event).start_mark
        self.places[path] = (
            self.file,
            mark.line + 1,
            mark.column + 1,
            key_mark.line + 1,
            key_mark.column + 1,
        )
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event, path)
        before, start = self.nodes, len(self.places) - 1
        if isinstance(event, yaml.ScalarEvent):
            value = self.scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            self.refuse_tag(event, "tag:yaml.org,2002:seq")
            value = self.sequence(events, path)
        else:
            self.refuse_tag(event, "tag:yaml.org,2002:map")
            value = self.mapping(events, path)
        if event.anchor:
            self.anchors[event.anchor] = _Anchored(value, self.placed_since(start, path), self.nodes - before + 1)
        return value

    def placed_since(self, start: int, path: Path) -> dict[Path, Place]:
        newest = islice(reversed(self.places.items()), len(self.places) - start)
        return {there[len(path) :]: place for there, place in newest}

    def bound(self, event: Event, path: Path) -> None:
        if len(path) > MAX_DEPTH:
            raise _TooLarge(self.finding("E005", event, f"nested deeper than {MAX_DEPTH} levels: flatten it"))
        if self.nodes > MAX_NODES:
            raise _TooLarge(
                self.finding("E005", event, f"more than {MAX_NODES} values, aliases counted: use fewer aliases")
            )

    def alias(self, event: Event, path: Path) -> object:
        anchored = self.anchors.get(event.anchor)
        if anchored is None:
            self.report("E002", event, f"the alias *{event.anchor} comes before its anchor, or inside it")
            return None
        self.nodes += anchored.nodes
        self.bound(event, path)
        for below, place in anchored.places.items():
            self.bound(event, path + below)
            if below:
                self.places[path + below] = place
        return anchored.value

    def sequence(self, events: Iterator[Event], path: Path) -> list[object]:
        items: list[object] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self.node(event, events, (*path, len(items)), None))
        return items

    def mapping(self, events: Iterator[Event], path: Path) -> dict[str, object]:
        mapping: dict[str, object] = {}
        merged: list[_Merged] = []
        while not isinstance(key_event := next(events), yaml.MappingEndEvent):
            key = self.key(key_event, events, path)
            value_event = next(events)
            if key == "<<" and key_event.implicit[0]:
                start, inside = len(self.places), (*path, "<<")
                source = self.node(value_event, events, inside, key_event)
                merged.append(_Merged(source, self.placed_since(start, inside), value_event))
                continue
            if key in mapping:
                first = self.places[(*path, key)]
                self.report(
                    "E003",
                    key_event,
                    f"the key {key!r} stands here again, first in line {first[3]}: keep one",
                )
                self.node(value_event, events, (*path, f"{key} (again)"), key_event)
                continue
            mapping[key] = self.node(value_event, events, (*path, key), key_event)
        for one in merged:
            self.merge(one, mapping, path)
        return mapping

    def key(self, event: Event, events: Iterator[Event], path: Path) -> str:
        if isinstance(event, yaml.ScalarEvent):
            return self.expanded(event)
        self.report("E008", event, "a key must be a string")
        self.node(event, events, (*path, "?"), None)
        return "?"

    def merge(self, merged: _Merged, mapping: dict[str, object], path: Path) -> None:
        sources = merged.value if isinstance(merged.value, list) else [merged.value]
        added: dict[str, Path] = {}
        for index, source in enumerate(sources):
            if not isinstance(source, dict):
                self.report("E002", merged.event, "<< merges mappings: name one with *alias")
                continue
            for name in sorted(source.keys() - mapping.keys()):
                mapping[name] = source[name]
                added[name] = (index,) if isinstance(merged.value, list) else ()
        for below, place in merged.places.items():
            for name, start in added.items():
                if below[: len(start) + 1] == (*start, name):
                    self.places[path + below[len(start) :]] = place

    def scalar(self, event: Event) -> object:
        self.refuse_tag(event, "tag:yaml.org,2002:str")
        text = self.expanded(event)
        plain = event.implicit[0] and not event.tag
        return self.resolve(text, event) if plain else text

    def resolve(self, text: str, event: Event) -> object:
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        first = text[0]
        if not (first.isdigit() or first in "+-."):
            return text
        if _INTEGER.fullmatch(text) and len(text) <= 40:
            return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
        if _FLOAT.fullmatch(text) and float(text) not in (float("inf"), float("-inf")):
            return float(text)
        if _NOT_A_NUMBER.fullmatch(text) or _FLOAT.fullmatch(text):
            self.report("E009", event, f"{text[:40]} is not a number that JSON has: quote it if it is a word")
        return text

    def expanded(self, event: Event) -> str:
        text: str = event.value
        if "$" not in text:
            return text
        expanded = expand(text, self.environment)
        if isinstance(expanded, Unset):
            self.report("E006", event, expanded.message)
            return text
        return expanded

    def refuse_tag(self, event: Event, allowed: str) -> None:
        if event.tag and event.tag not in (allowed, "!"):
            self.report("E004", event, f"the tag {event.tag} is not allowed: write a plain value")

    def report(self, code: str, event: Event, message: str) -> None:
        self.findings.append(self.finding(code, event, message))

    def finding(self, code: str, event: Event, message: str) -> Finding:
        mark = event.start_mark
        return Finding(code, message, Position(self.file, mark.line + 1, mark.column + 1))
