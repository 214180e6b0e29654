"""A document compared with a shape: everything that differs, each with its place and a way out."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from edatool.findings import Finding
from edatool.spec.shape import Either, ListOf, MapOf, Record, Shape, accepts, expected, listed, shown
from edatool.spec.text import Document, Path

_DROPPED = object()


@dataclass(frozen=True, slots=True)
class Checked:
    """What is left of a value when all that is wrong was taken out, and what was wrong."""

    value: object
    findings: list[Finding]


def check(document: Document, shape: Shape) -> Checked:
    """Compare a document with a shape and return all that differs, each with its place and a way out."""
    findings: list[Finding] = []
    value = _Check(document, findings).value(document.value, shape, ())
    return Checked({} if value is _DROPPED else value, findings)


@dataclass(frozen=True, slots=True)
class _Check:
    document: Document
    findings: list[Finding]

    def value(self, value: object, shape: Shape, path: Path) -> object:
        if isinstance(shape, Record):
            return self.record(value, shape, path)
        if isinstance(shape, MapOf):
            return self.mapping(value, shape, path)
        if isinstance(shape, ListOf):
            return self.list(value, shape, path)
        if isinstance(shape, Either):
            for option in shape.options:
                if _same_kind(value, option):
                    return self.value(value, option, path)
            return self.wrong(path, f"{expected(shape)} is needed, not {_named(value, shape)}")
        return value if accepts(shape, value) else self.wrong(path, f"{expected(shape)} is needed, not {shown(value)}")

    def record(self, value: object, shape: Record, path: Path) -> object:
        if value is None and shape.none_is_empty:
            value = {}
        if not isinstance(value, dict):
            return self.wrong(path, f"a mapping is needed, not {_named(value, shape)}")
        kept = {}
        for key, inner in value.items():
            if key in shape.fields:
                kept[key] = self.value(inner, shape.fields[key].shape, (*path, key))
            else:
                self.unknown(key, shape, path)
        for sentence in _missing(value, shape):
            self.findings.append(Finding("E102", sentence, self.document.where_key(path)))
        return {key: inner for key, inner in kept.items() if inner is not _DROPPED}

    def mapping(self, value: object, shape: MapOf, path: Path) -> object:
        if not isinstance(value, dict):
            return self.wrong(path, f"a mapping is needed, not {shown(value)}")
        if len(value) < shape.least:
            return self.wrong(path, "this mapping is empty: write at least one entry")
        kept = {}
        for key, inner in value.items():
            if key == "":
                self.findings.append(
                    Finding("E103", "a name is empty: give it one", self.document.where_key((*path, key)))
                )
            kept[key] = self.value(inner, shape.value, (*path, key))
        return {key: inner for key, inner in kept.items() if inner is not _DROPPED}

    def list(self, value: object, shape: ListOf, path: Path) -> object:
        if not isinstance(value, list):
            return self.wrong(path, f"a list is needed, not {shown(value)}")
        if len(value) < shape.least:
            return self.wrong(path, "this list is empty: write at least one item")
        # An item that is wrong keeps its number, so that what is said of later ones points at them.
        kept = [self.value(item, shape.item, (*path, index)) for index, item in enumerate(value)]
        return [None if item is _DROPPED else item for item in kept]

    def unknown(self, key: str, shape: Record, path: Path) -> None:
        near = difflib.get_close_matches(key, shape.fields, 1)
        way_out = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(shape.fields)}"
        self.findings.append(Finding("E101", f"unknown key {key!r}: {way_out}", self.document.where_key((*path, key))))

    def wrong(self, path: Path, sentence: str) -> object:
        name = next((part for part in reversed(path) if isinstance(part, str)), None)
        prefix = f"{name}: " if name else ""
        self.findings.append(Finding("E103", prefix + sentence, self.document.where(path)))
        return _DROPPED


def _missing(value: Mapping[str, object], shape: Record) -> Iterator[str]:
    for key, field in shape.fields.items():
        if field.required and key not in value:
            yield f"the key {key!r} is missing: {field.about}"
    for group in (*shape.exactly_one, *shape.at_most_one):
        present = [key for key in group if key in value]
        if len(present) > 1:
            yield f"{listed(present, 'and')} exclude each other: keep one"
        elif not present and group in shape.exactly_one:
            yield f"one of {listed(group, 'or')} is needed"


def _named(value: object, shape: Record | Either) -> str:
    return "what stands here" if shape.secret else shown(value)


def _same_kind(value: object, shape: Shape) -> bool:
    if isinstance(shape, (Record, MapOf)):
        return isinstance(value, dict)
    if isinstance(shape, ListOf):
        return isinstance(value, list)
    return accepts(shape, value)
