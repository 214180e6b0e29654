"""YAML text to plain values in which every one knows its place.

Stricter than YAML 1.1: plain scalars follow the YAML 1.2 core schema (so ``no`` is a string), numbers are those
that JSON has, tags that would build objects and duplicate keys are findings, and size, depth and the growth
by aliases are bounded.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from itertools import islice
from typing import Any

import yaml

from edatool.findings import Finding, Fix, Position, Remove
from edatool.frozen import frozen, mutable
from edatool.spec.shape import shown
from edatool.spec.text.lines import comment_at, line_and_column
from edatool.spec.variables import Unset, expand
from edatool.spec.yaml_document import TextPlace, YamlDocument, nothing

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 64
MAX_NODES = 1_000_000
MAX_DIRECTIVES = 100
MAX_ALIASED = 100_000
"""How many values may stand for others, by aliases and merged mappings."""

# The typed stubs of yaml's events lack marks, anchors and tags.
Event = Any

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# YAML 1.1, section 4.1; a byte order mark is allowed at the start only. The longer one compiles slowly, once used.
_NOT_ALLOWED_IN_ASCII = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NOT_ALLOWED = "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]"
_DIRECTIVE = re.compile(r"^%", re.MULTILINE)
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_A_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_CONSTANTS: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_CONSTANTS |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


def read(text: str, file: str, environment: Mapping[str, str] | None) -> tuple[YamlDocument, list[Finding]]:
    """Read one YAML document and everything wrong with it as text.

    ``${NAME}`` and ``${NAME:-default}`` in a scalar are replaced from ``environment`` before a plain
    scalar's type is decided, and stay as they are where there is none. A text that is not YAML
    gives an empty document and one finding.
    """
    text = text.removeprefix("\ufeff")
    if refused := _refused(text, file):
        return nothing(file), [refused]
    builder = _Builder(file, environment, text)
    try:
        value, place = builder.document(yaml.parse(text, Loader=_LOADER))
    except (yaml.MarkedYAMLError, _TooLarge) as error:
        return nothing(file), [_flaw(error, text, file)]
    return YamlDocument(value, place, texts={file: text}), builder.findings


def read_all(text: str, file: str) -> tuple[list[YamlDocument], list[Finding]]:
    """Read any number of YAML documents, as ``read`` does one, and leave ``${NAME}`` as it is."""
    text = text.removeprefix("\ufeff")
    if refused := _refused(text, file):
        return [], [refused]
    builder = _Builder(file, None, text)
    try:
        return list(builder.documents(yaml.parse(text, Loader=_LOADER))), builder.findings
    except (yaml.MarkedYAMLError, _TooLarge) as error:
        return [], [_flaw(error, text, file)]


def _flaw(error: "yaml.MarkedYAMLError | _TooLarge", text: str, file: str) -> Finding:
    if isinstance(error, _TooLarge):
        return error.finding
    from edatool.spec.text.syntax import explain  # noqa: PLC0415 - most texts are YAML

    flaw = explain(error, text)
    return Finding("E002", flaw.message, Position(file, flaw.line, flaw.column))


def _refused(text: str, file: str) -> Finding | None:
    """Return why a text is not even to be parsed."""
    if len(text) > MAX_BYTES:
        return Finding("E005", f"the file is over {MAX_BYTES} bytes: split it with include", Position(file, 1, 1))
    if unfit := re.search(_NOT_ALLOWED_IN_ASCII if text.isascii() else _NOT_ALLOWED, text):
        message = f"a character that YAML does not allow (U+{ord(unfit[0]):04X}): remove it"
        return Finding("E002", message, Position(file, *line_and_column(text, unfit.start())))
    directives = list(islice(_DIRECTIVE.finditer(text), MAX_DIRECTIVES + 1))
    if len(directives) > MAX_DIRECTIVES:
        # The parser compares each with all before it.
        message = f"more than {MAX_DIRECTIVES} lines begin with %: remove these directives, or indent the lines"
        return Finding("E005", message, Position(file, *line_and_column(text, directives[-1].start())))
    return None


class _TooLarge(Exception):
    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.message)


Built = tuple[object, TextPlace]
_NOTHING: Mapping[str | int, TextPlace] = {}


@frozen
class _Anchored:
    value: object
    place: TextPlace
    nodes: int


@mutable
class _Builder:
    """Makes values of the events of one text."""

    file: str
    environment: Mapping[str, str] | None
    text: str
    findings: list[Finding] = field(default_factory=list)
    anchors: dict[str, _Anchored] = field(default_factory=dict)
    nodes: int = 0
    aliased: int = 0

    def document(self, events: Iterator[Event]) -> tuple[object, TextPlace | None]:
        built: tuple[object, TextPlace | None] = (None, None)
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents == 2:
                    self.report("E007", event, "a second YAML document starts here: keep one document in a file")
            elif isinstance(event, yaml.NodeEvent):
                one = self.node(event, events, 0, None)
                built = one if documents == 1 else built
        return built

    def documents(self, events: Iterator[Event]) -> Iterator[YamlDocument]:
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                self.anchors.clear()
            elif isinstance(event, yaml.NodeEvent):
                yield YamlDocument(*self.node(event, events, 0, None))

    def node(self, event: Event, events: Iterator[Event], depth: int, key: Event | None) -> Built:
        self.nodes += 1
        self.bound(event, depth)
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event, key)
        before = self.nodes
        value: object
        below: Mapping[str | int, TextPlace] = _NOTHING
        written = None
        if isinstance(event, yaml.ScalarEvent):
            value, written = self.scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            self.refuse_tag(event, "tag:yaml.org,2002:seq")
            value, below = self.sequence(events, depth)
        else:
            self.refuse_tag(event, "tag:yaml.org,2002:map")
            value, below = self.mapping(events, depth)
        place = self.place(event, key, below, written)
        if event.anchor:
            self.anchors[event.anchor] = _Anchored(value, place, self.nodes - before + 1)
        return value, place

    def place(
        self, event: Event, key: Event | None, below: Mapping[str | int, TextPlace], written: str | None = None
    ) -> TextPlace:
        mark, key_mark = event.start_mark, (key or event).start_mark
        return TextPlace(
            self.file, mark.line + 1, mark.column + 1, key_mark.line + 1, key_mark.column + 1, below, written
        )

    def bound(self, event: Event, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise _TooLarge(self.finding("E005", event, f"nested deeper than {MAX_DEPTH} levels: flatten it"))
        if self.nodes > MAX_NODES:
            raise _TooLarge(self.finding("E005", event, f"more than {MAX_NODES} values: split the file"))
        if self.aliased > MAX_ALIASED:
            message = f"aliases and << stand for more than {MAX_ALIASED} values: use fewer of them"
            raise _TooLarge(self.finding("E005", event, message))

    def alias(self, event: Event, key: Event | None) -> Built:
        anchored = self.anchors.get(event.anchor)
        if anchored is None:
            name = event.anchor[:60]
            message = f'nothing before here is anchored as &{name}: if the * belongs to a text, quote it, "*{name}"'
            self.report("E002", event, message)
            return None, self.place(event, key, _NOTHING)
        # What an alias stands for counts in what is anchored around it as well.
        self.nodes += anchored.nodes
        self.aliased += anchored.nodes
        self.bound(event, 0)
        return anchored.value, self.place(event, key, anchored.place.below, anchored.place.written)

    def sequence(self, events: Iterator[Event], depth: int) -> tuple[list[object], Mapping[str | int, TextPlace]]:
        items: list[object] = []
        below: dict[str | int, TextPlace] = {}
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            item, below[len(items)] = self.node(event, events, depth + 1, None)
            items.append(item)
        return items, below

    def mapping(self, events: Iterator[Event], depth: int) -> tuple[dict[str, object], Mapping[str | int, TextPlace]]:
        mapping: dict[str, object] = {}
        below: dict[str | int, TextPlace] = {}
        merged: list[Built] = []
        while not isinstance(key_event := next(events), yaml.MappingEndEvent):
            key = self.key(key_event, events, depth)
            value, there = self.node(next(events), events, depth + 1, key_event)
            if key == "<<" and key_event.implicit[0]:
                merged.append((value, there))
            elif key in mapping:
                first = below[key].key.line
                message = f"the key {shown(key)} stands here again, first in line {first}: keep one"
                fix = self.without(there) if repr(value) == repr(mapping[key]) else None
                self.findings.append(replace(self.finding("E003", key_event, message), fix=fix))
            else:
                mapping[key], below[key] = value, there
        for value, there in merged:
            self.merge(value, there, mapping, below)
        return mapping, below

    def key(self, event: Event, events: Iterator[Event], depth: int) -> str:
        if isinstance(event, yaml.ScalarEvent):
            return self.expanded(event)
        self.report("E008", event, "a key must be a string: quote it if it is one")
        self.node(event, events, depth + 1, None)
        return "?"

    def merge(
        self, value: object, place: TextPlace, mapping: dict[str, object], below: dict[str | int, TextPlace]
    ) -> None:
        listed = isinstance(value, list)
        sources = value if isinstance(value, list) else [value]
        for index, source in enumerate(sources):
            there = place.below[index] if listed else place
            if not isinstance(source, dict):
                self.findings.append(Finding("E002", "<< merges mappings: name one with *alias", place.at))
                return
            for name in source:
                if name not in mapping:
                    mapping[name], below[name] = source[name], there.below[name]

    def scalar(self, event: Event) -> tuple[object, str | None]:
        self.refuse_tag(event, "tag:yaml.org,2002:str")
        text = self.expanded(event)
        if not event.implicit[0] or event.tag:
            return text, None
        value = self.resolve(text, event)
        if isinstance(value, str):
            return value, None
        return value, event.value or comment_at(self.text, event.end_mark.index)

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
        if "$" not in text or self.environment is None:
            return text
        expanded = expand(text, self.environment)
        if isinstance(expanded, Unset):
            self.report("E006", event, expanded.message)
            return text
        return expanded

    def without(self, place: TextPlace) -> Fix | None:
        """Return the fix that removes what says again what was said before."""
        from edatool.spec.text.fixes import fix_at  # noqa: PLC0415 - hardly anything stands twice

        fix = fix_at(self.text, place, Remove(()))
        return replace(fix, corrections=()) if fix else None

    def refuse_tag(self, event: Event, allowed: str) -> None:
        if event.tag and event.tag not in (allowed, "!"):
            self.report(
                "E004",
                event,
                f"the tag {event.tag.replace('tag:yaml.org,2002:', '!!')[:60]} is not allowed: write a plain value",
            )

    def report(self, code: str, event: Event, message: str) -> None:
        self.findings.append(self.finding(code, event, message))

    def finding(self, code: str, event: Event, message: str) -> Finding:
        return Finding(code, message, self.at(event))

    def at(self, event: Event) -> Position:
        mark = event.start_mark
        return Position(self.file, mark.line + 1, mark.column + 1)
