"""Files to a Spec: reading, including, overriding, checking the shape, building."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from edatool.findings import Finding, Position
from edatool.spec import text
from edatool.spec.build import build
from edatool.spec.check import check
from edatool.spec.format import ROUTES
from edatool.spec.spec import Spec
from edatool.spec.text import Document

MAX_FILES = 1000
_ADDED = (("bindings",), ("tests",))


@dataclass(frozen=True, slots=True)
class Loaded:
    """A Spec with everything that is wrong with its text and shape.

    With errors among the findings the Spec holds what could be understood: enough to go on checking, not to act on.
    """

    spec: Spec
    findings: list[Finding]


def load(files: Sequence[str], environment: Mapping[str, str]) -> Loaded:
    """Read a spec from files; later ones override earlier ones, key by key.

    Overriding follows JSON Merge Patch (RFC 7396): mappings merge, null removes, anything else replaces;
    bindings and tests are added. ``environment`` gives the values of ``${NAME}``.
    """
    findings: list[Finding] = []
    documents = [_with_includes(Path(file), environment, findings) for file in files]
    document = documents[0]
    for later in documents[1:]:
        document = _override(document, later)
    folder = str(Path(files[0]).parent)
    return _built(document, "" if folder == "." else folder, findings)


def load_text(content: str, file: str) -> Loaded:
    """Read a spec from text that is to stand in ``file``; it has neither variables nor ``include``."""
    document, wrong = text.read(content, file, {})
    return _built(document, "", wrong)


def _built(document: Document, root: str, findings: list[Finding]) -> Loaded:
    checked = check(document, ROUTES)
    assert isinstance(checked.value, dict)
    spec, built = build(checked.value, document, root)
    return Loaded(spec, [*findings, *checked.findings, *built])


def _with_includes(first: Path, environment: Mapping[str, str], findings: list[Finding]) -> Document:
    """Read a file and all it includes, in which an object may be declared in one place only."""
    waiting: list[tuple[Path, Position | None]] = [(first, None)]
    seen = {first.resolve()}
    whole: Document | None = None
    while waiting:
        file, named_at = waiting.pop(0)
        document = _read(file, named_at, environment, findings)
        for name, at in _includes(document):
            included = file.parent / name
            if included.resolve() not in seen and len(seen) < MAX_FILES:
                seen.add(included.resolve())
                waiting.append((included, at))
        whole = _join(whole, document, findings) if whole else document
    assert whole
    return whole


def _read(file: Path, named_at: Position | None, environment: Mapping[str, str], findings: list[Finding]) -> Document:
    nothing = Document({}, {(): (str(file), 1, 1, 1, 1)})
    at = named_at or Position(str(file), 1, 1)
    try:
        content = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        findings.append(Finding("E001", f"{file} cannot be read: {error.strerror}", at))
        return nothing
    except UnicodeDecodeError:
        findings.append(Finding("E001", f"{file} is not UTF-8: save it as UTF-8", at))
        return nothing
    document, wrong = text.read(content, str(file), environment)
    findings += wrong
    if isinstance(document.value, dict):
        return document
    if not wrong:
        findings.append(
            Finding("E102", "a mapping that begins with 'edatool: 1' is needed here", Position(str(file), 1, 1))
        )
    return nothing


def _includes(document: Document) -> list[tuple[str, Position | None]]:
    assert isinstance(document.value, dict)
    names = document.value.get("include")
    if not isinstance(names, list):
        return []
    return [(name, document.where(("include", i))) for i, name in enumerate(names) if isinstance(name, str)]


def _join(whole: Document, part: Document, findings: list[Finding]) -> Document:
    """Put an included file beside what there is; what both declare is a finding."""
    assert isinstance(whole.value, dict)
    assert isinstance(part.value, dict)
    known = {section: set(names) for section, names in whole.value.items() if isinstance(names, dict)}
    for section, names in part.value.items():
        if not isinstance(names, dict):
            continue
        for name in names.keys() & known.get(section, set()):
            first = whole.where_key((section, name))
            message = f"{section}: {name!r} is declared in {first} already: declare it in one place"
            findings.append(Finding("E105", message, part.where_key((section, name))))
    for key in ("name", "vhost"):
        if key in part.value and whole.value.get(key, part.value[key]) != part.value[key]:
            message = f"{key}: another file says {whole.value[key]!r}: say it in one place"
            findings.append(Finding("E105", message, part.where((key,))))
    included = {key: value for key, value in part.value.items() if key != "include"}
    return _override(whole, replace(part, value=included))


def _override(base: Document, later: Document) -> Document:
    """Apply a JSON Merge Patch (RFC 7396) to the base, with bindings and tests added to those there are."""
    places = {**base.places, **{_shifted(path, base): place for path, place in later.places.items() if path}}
    return Document(_patched(base.value, later.value, ()), places)


def _patched(base: object, patch: object, path: text.Path) -> object:
    if path in _ADDED and isinstance(base, list) and isinstance(patch, list):
        return base + patch
    if not isinstance(base, dict) or not isinstance(patch, dict):
        return patch
    merged = {key: value for key, value in base.items() if key not in patch or patch[key] is not None}
    for key, value in patch.items():
        if key in merged:
            merged[key] = _patched(merged[key], value, (*path, key))
        elif key not in base:
            merged[key] = value
    return merged


def _shifted(path: text.Path, base: Document) -> text.Path:
    """Return the path that an item of a later file's bindings or tests has behind those of the base."""
    if path[:1] not in _ADDED or len(path) == 1:
        return path
    assert isinstance(base.value, dict)
    there = base.value.get(str(path[0]))
    index = path[1]
    return (path[0], index + len(there), *path[2:]) if isinstance(there, list) and isinstance(index, int) else path
