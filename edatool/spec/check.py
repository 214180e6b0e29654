"""A document compared with a shape: everything that differs, each with its place and a way out."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import field

from edatool.findings import Correction, Finding, Fix, Rename, ReplaceValue
from edatool.frozen import frozen
from edatool.spec.nearest import Nearest, same_word
from edatool.spec.shape import Either, ListOf, MapOf, Record, Shape, accepts, expected, listed, shown
from edatool.spec.yaml_document import Path, YamlDocument

_DROPPED = object()


@frozen
class Checked:
    """What is left of a value when all that is wrong was taken out, and what was wrong.

    ``lost`` are the paths at which something stands that could not be understood, or most likely was meant to.
    """

    value: object
    findings: list[Finding]
    lost: frozenset[Path] = frozenset()


def check(document: YamlDocument, shape: Shape) -> Checked:
    """Compare a document with a shape and return all that differs, each with its place and a way out."""
    checking = _Check(document)
    value = checking.value(document.value, shape, ())
    return Checked({} if value is _DROPPED else value, checking.findings, frozenset(checking.lost))


@frozen
class _Check:
    document: YamlDocument
    findings: list[Finding] = field(default_factory=list)
    lost: set[Path] = field(default_factory=set)
    nearest: Nearest = field(default_factory=Nearest)

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
            return self.unfit(value, shape, path)
        return value if accepts(shape, value) else self.unfit(value, shape, path)

    def record(self, value: object, shape: Record, path: Path) -> object:
        if value is None and shape.none_is_empty:
            value = {}
        if not isinstance(value, dict):
            return self.unfit(value, shape, path)
        kept = {}
        for key, inner in value.items():
            if key in shape.fields:
                kept[key] = self.value(inner, shape.fields[key].shape, (*path, key))
            else:
                self.unknown(key, value, shape, path)
        # A file that could not be read may say what is missing.
        if path or self.document.whole:
            self.missing({*value, *self.misspelt(shape, path)} if self.lost else value, shape, path)
        return {key: inner for key, inner in kept.items() if inner is not _DROPPED}

    def mapping(self, value: object, shape: MapOf, path: Path) -> object:
        if not isinstance(value, dict):
            return self.unfit(value, shape, path)
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
            return self.unfit(value, shape, path)
        if len(value) < shape.least:
            return self.wrong(path, "this list is empty: write at least one item")
        # An item that is wrong keeps its number, so that what is said of later ones points at them.
        kept = [self.value(item, shape.item, (*path, index)) for index, item in enumerate(value)]
        return [None if item is _DROPPED else item for item in kept]

    def unknown(self, key: str, value: Mapping[str, object], shape: Record, path: Path) -> None:
        from edatool.spec.hints import meant  # noqa: PLC0415 - most specs have no unknown key

        same = same_word(key, shape.fields)
        near = meant(key, shape) or same or self.nearest.to(key.strip(), shape.fields)
        if near and near not in value:
            self.lost.add((*path, near))
        way_out = f"did you mean {near!r}?" if near else f"known here: {', '.join(shape.fields)}"
        fix = self.fix(Rename((*path, key), near)) if near and near == same and near not in value else None
        where = self.document.where_key((*path, key))
        self.findings.append(Finding("E101", f"unknown key {shown(key)}: {way_out}", where, fix))

    def misspelt(self, shape: Record, path: Path) -> Iterator[str]:
        return (key for key in shape.fields if (*path, key) in self.lost)

    def missing(self, there: Collection[str], shape: Record, path: Path) -> None:
        self.lost.update((*path, key) for key, one in shape.fields.items() if one.required and key not in there)
        for sentence in _missing(there, shape):
            way_out = "" if path else ", or check a file that only adds to others together with them, by -f"
            self.findings.append(Finding("E102", sentence + way_out, self.document.where_key(path)))

    def unfit(self, value: object, shape: Shape, path: Path) -> object:
        from edatool.spec.certain import meant_value  # noqa: PLC0415 - most values are of the right kind
        from edatool.spec.hints import hint  # noqa: PLC0415 - as above

        written = self.document.written(path)
        secret = isinstance(shape, (Record, Either)) and shape.secret
        found = "what stands here" if secret else shown(value, written)
        way_out = "" if secret else hint(shape, value, written, _name(path))
        meant = meant_value(shape, value, written)
        fix = None if meant is None else self.fix(ReplaceValue(path, meant))
        return self.wrong(path, f"{expected(shape)} is needed, not {found}{way_out}", fix)

    def wrong(self, path: Path, sentence: str, fix: Fix | None = None) -> object:
        name = _name(path)
        prefix = f"{name[:60]}: " if name else ""
        self.findings.append(Finding("E103", prefix + sentence, self.document.where(path), fix))
        self.lost.add(path)
        return _DROPPED

    def fix(self, correction: Correction) -> Fix | None:
        from edatool.spec.text.fixes import fix  # noqa: PLC0415 - most specs need none

        return fix(self.document, correction)


def _name(path: Path) -> str | None:
    return next((part for part in reversed(path) if isinstance(part, str)), None)


def _missing(there: Collection[str], shape: Record) -> Iterator[str]:
    absent = [key for key, one in shape.fields.items() if one.required and key not in there]
    if len(absent) == 1:
        yield f"the key {absent[0]!r} is missing: {shape.fields[absent[0]].about}"
    elif absent:
        yield f"the keys {listed([repr(key) for key in absent], 'and')} are missing: write them here"
    for group in (*shape.exactly_one, *shape.at_most_one):
        present = [key for key in group if key in there]
        if len(present) > 1:
            yield f"{listed(present, 'and')} exclude each other: keep one"
        elif not present and group in shape.exactly_one:
            yield f"one of {listed(group, 'or')} is needed"


def _same_kind(value: object, shape: Shape) -> bool:
    if isinstance(shape, (Record, MapOf)):
        return isinstance(value, dict)
    if isinstance(shape, ListOf):
        return isinstance(value, list)
    return accepts(shape, value)
