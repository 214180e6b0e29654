"""Files to a Spec: reading, including, overriding, checking the shape, building."""

import os.path
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from edatool.findings import Finding, Position
from edatool.frozen import frozen
from edatool.spec.build import build
from edatool.spec.check import check
from edatool.spec.files import Unreadable, read_file, read_given
from edatool.spec.foreign import foreign
from edatool.spec.format import ROUTES
from edatool.spec.rabbitmq.arguments import CLASSIC
from edatool.spec.shape import shown
from edatool.spec.spec import Spec
from edatool.spec.text import text
from edatool.spec.text.decoded import Undecoded, decoded
from edatool.spec.text.octal import odd_numbers
from edatool.spec.yaml_document import Path as ValuePath
from edatool.spec.yaml_document import TextPlace, YamlDocument, nothing

if TYPE_CHECKING:  # most specs are read from a disk
    from edatool.spec.git_tree import GitTree

MAX_FILES = 1000
_ADDED = (("bindings",), ("tests",))


@frozen
class Loaded:
    """A Spec with everything that is wrong with its text and shape.

    With errors among the findings the Spec holds what could be understood: enough to go on checking, not to act on.
    ``lost`` are the paths of what could not be understood. Where ``whole`` is false a file could not be read, and
    what is missing may be in it.
    """

    spec: Spec
    findings: list[Finding]
    lost: frozenset[ValuePath] = frozenset()
    whole: bool = True
    files: frozenset[Path] = frozenset()
    """All files that were read, those that are included too, symbolic links resolved."""


@frozen
class _Source:
    """Where a spec is read from: files of this machine or of a commit, the texts that count instead, and variables."""

    environment: Mapping[str, str]
    texts: Mapping[Path, str]
    tree: "GitTree | None"

    def read(self, file: Path, *, given: bool) -> bytes:
        if self.tree is None:
            return read_given(str(file), text.MAX_BYTES) if given else read_file(file, text.MAX_BYTES)
        content = self.tree.get(str(file))
        if content is None:
            raise Unreadable("cannot be read: No such file or directory: correct the name")
        if len(content) > text.MAX_BYTES:
            raise Unreadable(f"is over {text.MAX_BYTES} bytes: split it")
        return content

    def resolved(self, file: Path) -> Path:
        try:
            if self.tree is not None:
                return Path(os.path.abspath(file))  # noqa: PTH100 - links are git's matter
            return file.resolve()
        except (OSError, RuntimeError, ValueError):  # links in a circle, a name with a NUL: reading it says so
            return file.absolute()


def load(
    files: Sequence[str],
    environment: Mapping[str, str],
    texts: Mapping[Path, str] | None = None,
    tree: "GitTree | None" = None,
) -> Loaded:
    """Read a spec from files; later ones override earlier ones, key by key.

    Overriding follows JSON Merge Patch (RFC 7396): mappings merge, null removes, anything else replaces;
    bindings and tests are added. ``environment`` gives the values of ``${NAME}``. What a file includes has to be
    in its folder or below, symbolic links resolved; only regular files are read, and standard input for ``-``.
    ``texts`` are what files are to hold that hold something else yet, by their names, symbolic links resolved. With a
    ``tree`` they are the files of a commit.
    """
    findings: list[Finding] = []
    seen: set[Path] = set()
    source = _Source(environment, texts or {}, tree)
    documents = [_with_includes(Path(file), source, findings, seen) for file in files]
    document = documents[0]
    for later in documents[1:]:
        document = _override(document, later)
    folder = str(Path(files[0]).parent)
    return replace(_built(document, "" if folder == "." else folder, findings), files=frozenset(seen))


def load_text(content: str, file: str) -> Loaded:
    """Read a spec from text that is to stand in ``file``; it has neither variables nor ``include``."""
    document, wrong = text.read(content, file, {})
    return _built(document, str(Path(file).parent), wrong)


def for_vhost(spec: Spec, default_queue_type: str) -> Loaded:
    """Build a Spec without errors again, as it is for a vhost with this default queue type."""
    return _built(spec.document, spec.root, [], default_queue_type)


def _built(document: YamlDocument, root: str, findings: list[Finding], default_queue_type: str = CLASSIC) -> Loaded:
    checked = check(document, ROUTES)
    assert isinstance(checked.value, dict)
    spec, built = build(checked.value, document, root, default_queue_type)
    # What an alias stands for is looked at in each place, and is wrong in one.
    broken = {one.at for one in findings}
    shapeless = [one for one in (*checked.findings, *built) if one.at not in broken or one.code == "E102"]
    broken |= {one.at for one in shapeless}
    odd = [one for one in odd_numbers(document) if one.at not in broken]
    found = list(dict.fromkeys([*findings, *shapeless, *odd]))
    return Loaded(spec, found, checked.lost, document.whole)


def _with_includes(first: Path, source: _Source, findings: list[Finding], read: set[Path]) -> YamlDocument:
    """Read a file and all it includes, in which an object may be declared in one place only."""
    waiting: list[tuple[Path, Position | None]] = [(first, None)]
    seen = {source.resolved(first)}
    whole: YamlDocument | None = None
    while waiting:
        file, named_at = waiting.pop(0)
        document = _read(file, named_at, source, findings)
        for name, at in _includes(document):
            included = file.parent / name
            resolved = source.resolved(included)
            if wrong := _refused(included, resolved, source.resolved(first.parent), len(seen)):
                findings.append(Finding("E010", wrong, at))
                document = replace(document, whole=False)
            elif resolved not in seen:
                seen.add(resolved)
                waiting.append((included, at))
        whole = _join(whole, document, findings) if whole else document
    assert whole
    read |= seen
    return whole


def _refused(included: Path, resolved: Path, root: Path, seen: int) -> str | None:
    """Return why a file may not be included; what lies outside the folder could be anybody's secret."""
    if not resolved.is_relative_to(root):
        return f"{_shown(included)} is outside the folder of the spec: move it inside"
    if seen >= MAX_FILES:
        return f"more than {MAX_FILES} files are included: put some together"
    return None


def _shown(file: Path) -> str:
    return str(file) if str(file).isprintable() else repr(str(file))


def _read(file: Path, named_at: Position | None, source: _Source, findings: list[Finding]) -> YamlDocument:
    try:
        raw = source.read(file, given=named_at is None)
    except Unreadable as error:
        findings.append(Finding("E001", f"{_shown(file)} {error}", named_at or Position(str(file), 1, 1)))
        return nothing(str(file))
    try:
        content = source.texts.get(source.resolved(file)) or decoded(raw)
    except Undecoded as error:
        place = named_at or Position(str(file), error.line, error.column)
        findings.append(Finding("E001", f"{_shown(file)} is {error}: save it as UTF-8", place))
        return nothing(str(file))
    document, wrong = text.read(content, str(file), source.environment)
    findings += wrong
    if isinstance(document.value, dict):
        unfit = None if named_at else foreign(document.value)
    else:
        unfit = _no_mapping(document.value)
    if unfit is None:
        return document
    if not wrong:
        findings.append(Finding("E102", unfit, Position(str(file), 1, 1)))
    return nothing(str(file))


def _no_mapping(value: object) -> str:
    begin = "write a mapping that begins with edatool: 1"
    if value is None:
        return f"the file is empty: {begin}"
    return f"this is {'a list' if isinstance(value, list) else 'a single value'}, and no spec: {begin}"


def _includes(document: YamlDocument) -> list[tuple[str, Position | None]]:
    assert isinstance(document.value, dict)
    names = document.value.get("include")
    if not isinstance(names, list):
        return []
    return [(name, document.where(("include", i))) for i, name in enumerate(names) if isinstance(name, str) and name]


def _join(whole: YamlDocument, part: YamlDocument, findings: list[Finding]) -> YamlDocument:
    """Put an included file beside what there is; what both declare is a finding."""
    assert isinstance(whole.value, dict)
    assert isinstance(part.value, dict)
    assert part.places
    known = {section: set(names) for section, names in whole.value.items() if isinstance(names, dict)}
    for section, names in part.value.items():
        if not isinstance(names, dict):
            continue
        for name in names.keys() & known.get(section, set()):
            first = whole.where_key((section, name))
            message = f"{section}: {shown(name)} is declared in {first} already: declare it in one place"
            findings.append(Finding("E105", message, part.where_key((section, name))))
    for key in ("name", "vhost"):
        if key in part.value and whole.value.get(key, part.value[key]) != part.value[key]:
            message = f"{key}: another file says {shown(whole.value[key])}: say it in one place"
            findings.append(Finding("E105", message, part.where((key,))))
    value = {key: one for key, one in part.value.items() if key != "include"}
    places = part.places._replace(below={key: one for key, one in part.places.below.items() if key != "include"})
    return _override(whole, replace(part, value=value, places=places))


def _override(base: YamlDocument, later: YamlDocument) -> YamlDocument:
    """Apply a JSON Merge Patch (RFC 7396) to the base, with bindings and tests added to those there are."""
    places = _overlaid(base.places, later.places, base.value, ()) if base.places and later.places else base.places
    texts = {**base.texts, **later.texts}
    return YamlDocument(_patched(base.value, later.value, ()), places, base.whole and later.whole, texts)


def _overlaid(base: TextPlace, later: TextPlace, value: object, path: ValuePath) -> TextPlace:
    """Return the places of a patched value, of which ``value`` is what there was before."""
    there = value if isinstance(value, (dict, list)) else {}
    if path in _ADDED and isinstance(there, list):
        moved: dict[str | int, TextPlace] = {
            len(there) + index: one for index, one in later.below.items() if isinstance(index, int)
        }
        return base._replace(below={**base.below, **moved})
    if not isinstance(there, dict):
        return later._replace(earlier=base)
    below = dict(base.below)
    for key, one in later.below.items():
        inner = there.get(str(key))
        below[key] = _overlaid(below[key], one, inner, (*path, key)) if key in below else one
    return later._replace(below=below, earlier=base) if path else base._replace(below=below)


def _patched(base: object, patch: object, path: ValuePath) -> object:
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
