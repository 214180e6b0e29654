"""The schema files of one folder; nothing outside it is ever read."""

import os.path
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path as File
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

from edatool.contracts.documents.dialects import draft_of_container, plain_3_0
from edatool.contracts.documents.document import SchemaDocument
from edatool.contracts.documents.drafts import DRAFT_4, DRAFT_2020_12, breaches, draft_of, id_keyword, refusal
from edatool.contracts.limits import DEEPEST
from edatool.contracts.pointer import Path, at, to_path
from edatool.contracts.strict import JsonFlaw, read
from edatool.findings import Finding, Position
from edatool.frozen import frozen
from edatool.spec.text import text as yaml_text

MAX_BYTES = 4 * 1024 * 1024
MAX_SEARCHED = 2000


@frozen
class Unread:
    """Why there is no document: the code of the finding and a sentence."""

    code: str
    message: str


@dataclass(slots=True)
class Folder:
    """Reads the files below ``root``, each once; an ``$id`` is looked for in the folders ``searched``.

    Where there are ``texts``, by names relative to the root, they are the files, and nothing is read from a disk.
    """

    root: File
    searched: tuple[File, ...] = ()
    _opened: dict[str, SchemaDocument | Unread] = field(default_factory=dict)
    _declared: dict[str, str] | None = None
    texts: Mapping[str, bytes] | None = field(default=None, kw_only=True)
    _resolved: File = field(init=False)

    def __post_init__(self) -> None:
        self._resolved = self.root.resolve()

    def uri(self, file: str) -> str:
        """Return the URI, without a fragment, of a file that is named relative to the root."""
        # Not Path.as_uri(), which in Python 3.14 loads a client for HTTP.
        return urljoin(f"file://{quote(bytes(self._resolved))}/", quote(File(file).as_posix()))

    def open(self, uri: str) -> SchemaDocument | Unread:
        """Return the document at a ``file:`` URI without a fragment, or why there is none."""
        if uri not in self._opened:
            self._opened[uri] = self._open(uri)
        return self._opened[uri]

    def declaring(self, uri: str) -> SchemaDocument | None:
        """Return the document in the searched folders whose root declares ``uri`` as its ``$id``.

        Files are looked at when this is first asked: 2000 ``*.json`` at most, in the searched folders and
        those below. What is no schema is passed over.
        """
        if self._declared is None:
            self._declared = dict(self._declarations())
        found = self._declared.get(uri)
        document = self.open(found) if found else None
        return document if isinstance(document, SchemaDocument) else None

    def _declarations(self) -> Iterator[tuple[str, str]]:
        if self.texts is not None:
            found = (file for name in self.texts if self._is_searched(file := self.root / name))
        else:
            found = (file for folder in self.searched for file in folder.rglob("*.json"))
        # Of two files with one $id the first by name counts, so it is yielded last.
        for file in sorted(set(islice(found, MAX_SEARCHED)), reverse=True):
            uri = self.uri(str(file.relative_to(self.root)))
            declared = self._declared_by(uri)
            if declared:
                yield urldefrag(urljoin(uri, declared)).url, uri

    def _is_searched(self, file: File) -> bool:
        """Tell whether a text is looked at for its ``$id``; where no folder is named all of them are."""
        within = any(file.is_relative_to(folder) for folder in self.searched)
        return not self.searched or (within and file.suffix == ".json")

    def _declared_by(self, uri: str) -> str | None:
        raw = self._read(uri)
        # Most files of a folder need no closer look, and need not be schemas.
        document = self.open(uri) if isinstance(raw, bytes) and b'id"' in raw else None
        if not isinstance(document, SchemaDocument) or not isinstance(document.schema, dict):
            return None
        declared = document.schema.get(id_keyword(document.draft))
        return declared if isinstance(declared, str) else None

    def _open(self, uri: str) -> SchemaDocument | Unread:
        raw = self._read(uri)
        return raw if isinstance(raw, Unread) else _document(uri, self._shown(_path(uri)), raw)

    def _read(self, uri: str) -> bytes | Unread:
        path = _path(uri)
        name = self._shown(path)
        outside = Unread("E304", f"{name} is outside the folder of the spec: move it inside")
        missing = Unread("E301", f"{name} is not a file: correct the path")
        if self.texts is not None:
            inside = path.is_relative_to(self._resolved)
            return self.texts.get(path.relative_to(self._resolved).as_posix(), missing) if inside else outside
        try:
            if not path.resolve().is_relative_to(self._resolved):
                return outside
            if not path.is_file():
                return missing
            with path.open("rb") as stream:
                return stream.read(MAX_BYTES + 1)
        except (OSError, RuntimeError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            return Unread("E301", f"{name} cannot be read: {reason}")

    def _shown(self, path: File) -> str:
        return str(self.root / os.path.relpath(path, self._resolved))


def _path(uri: str) -> File:
    return File(unquote(urlsplit(uri).path))


def folders_of(root: File, files: Iterable[str]) -> tuple[File, ...]:
    """Return the folders in which the files lie."""
    return tuple(dict.fromkeys((root / urldefrag(file).url).parent for file in files))


def _document(uri: str, file: str, raw: bytes) -> SchemaDocument:
    if len(raw) > MAX_BYTES:
        return _refused(uri, file, [_flawed(file, JsonFlaw(f"the file is over {MAX_BYTES} bytes: split it", 1, 1))])
    return _of_yaml(uri, file, raw) if uri.endswith((".yaml", ".yml")) else _of_json(uri, file, raw)


def _of_json(uri: str, file: str, raw: bytes) -> SchemaDocument:
    schema = read(raw, DEEPEST)
    if isinstance(schema, JsonFlaw):
        return _refused(uri, file, [_flawed(file, schema)])
    return _checked(SchemaDocument(uri, file, raw.decode("utf-8"), schema, DRAFT_2020_12))


def _of_yaml(uri: str, file: str, raw: bytes) -> SchemaDocument:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return _refused(uri, file, [_flawed(file, JsonFlaw("not UTF-8: encode it as UTF-8", 1, 1))])
    found, wrong = yaml_text.read(text, file, None)
    if wrong:
        return _refused(uri, file, [replace(one, code="E302") for one in wrong])
    return _checked(SchemaDocument(uri, file, text, found.value, DRAFT_2020_12, yaml=found))


def _checked(document: SchemaDocument) -> SchemaDocument:
    """Return a document with its draft, and with what is wrong with it by itself."""
    schema = document.schema
    container = draft_of_container(schema) if isinstance(schema, dict) else None
    if container:
        schema = plain_3_0(schema) if container == DRAFT_4 else schema
        return replace(document, schema=schema, draft=container, holds_schemas=True)
    draft = draft_of(schema) if isinstance(schema, dict) else DRAFT_2020_12
    known = replace(document, draft=draft or DRAFT_2020_12)
    return replace(known, findings=_findings(known, known=draft is not None))


def _flawed(file: str, flaw: JsonFlaw) -> Finding:
    return Finding("E302", flaw.message, Position(file, flaw.line, flaw.column))


def _refused(uri: str, file: str, findings: Sequence[Finding]) -> SchemaDocument:
    return SchemaDocument(uri, file, "", {}, DRAFT_2020_12, tuple(findings))


def _findings(document: SchemaDocument, *, known: bool) -> tuple[Finding, ...]:
    """Check a schema against its meta-schema; one of an unknown draft only says that."""
    if not known:
        assert isinstance(document.schema, dict)
        message = refusal(document.schema["$schema"])
        return (Finding("E306", message, document.position(("$schema",))),)
    return tuple(invalid_at(document, ()))


def invalid_at(document: SchemaDocument, path: Path) -> Iterator[Finding]:
    """Yield what the meta-schema says against the schema that stands at ``path`` of a document."""
    schema = at(document.schema, path)
    for breach in breaches(schema, document.draft):
        if (rest := to_path(breach.pointer, schema)) is not None:
            yield Finding("E303", f"not a valid schema: {breach.message}", document.position((*path, *rest)))
