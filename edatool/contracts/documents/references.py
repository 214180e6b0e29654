"""Where the references of a schema lead: from file to file, never out of the folder, never to the network."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import field
from urllib.parse import unquote, urldefrag

from edatool.contracts.documents.document import SchemaDocument, SchemaPlace
from edatool.contracts.documents.drafts import id_keyword, is_built_in
from edatool.contracts.documents.folder import Folder, Unread, invalid_at
from edatool.contracts.documents.links import ReachedDocuments, ResolvedReference
from edatool.contracts.documents.survey import Reference, survey
from edatool.contracts.pointer import Path, at, to_path
from edatool.contracts.regexes.linear import slow
from edatool.findings import Finding
from edatool.frozen import mutable


def follow(document: SchemaDocument, path: Path, folder: Folder) -> ReachedDocuments:
    """Follow all references from a schema in a document on; what leads nowhere is a finding, all of them at once."""
    journey = _Journey(folder)
    journey.enter(document)
    journey.visit(SchemaPlace(document.uri, path), document.uri)
    while journey.to_files or journey.to_names:
        # Files first: what they hold may declare the $id that another reference means.
        waiting = journey.to_files or journey.to_names
        journey.follow(*waiting.popleft())
    return journey.reached


@mutable
class _Journey:
    """Follows references from one schema to the next."""

    folder: Folder
    reached: ReachedDocuments = field(default_factory=ReachedDocuments)
    to_files: deque[tuple[SchemaDocument, Reference]] = field(default_factory=deque)
    to_names: deque[tuple[SchemaDocument, Reference]] = field(default_factory=deque)
    names: dict[str, SchemaPlace] = field(default_factory=dict)

    def enter(self, document: SchemaDocument) -> None:
        if document.uri not in self.reached.documents:
            self.reached.documents[document.uri] = document
            self.reached.findings += document.findings
            self.names[document.uri] = SchemaPlace(document.uri, ())
            if not document.holds_schemas:
                self.visit(SchemaPlace(document.uri, ()), document.uri)
            self.reached.resources.setdefault(SchemaPlace(document.uri, ()), document.uri)

    def visit(self, place: SchemaPlace, base: str) -> None:
        """Note the names and the references in the schema at ``place``, unless that was done before."""
        if place in self.reached.schemas:
            return
        document = self.reached.documents[place.uri]
        if document.holds_schemas:
            self.reached.findings += invalid_at(document, place.path)
        found = survey(at(document.schema, place.path), place.path, base, document.draft)
        self.reached.findings += _slow(document, found.paths)
        self.reached.schemas.update(SchemaPlace(place.uri, path) for path in found.paths)
        for name, path in found.names.items():
            self.name(name, SchemaPlace(place.uri, path))
        for reference in found.references:
            waiting = self.to_files if reference.target.startswith("file:") else self.to_names
            waiting.append((document, reference))

    def name(self, name: str, place: SchemaPlace) -> None:
        first = self.names.setdefault(name, place)
        if "#" not in name and first == place:
            self.reached.resources[place] = name
        elif "#" not in name:
            document = self.reached.documents[place.uri]
            keyword = id_keyword(document.draft)
            message = f"{keyword} {name!r} is taken by {self.reached.documents[first.uri].file}: give each its own"
            at_id = document.position((*place.path, keyword))
            self.reached.findings.append(Finding("E303", message, at_id))

    def follow(self, document: SchemaDocument, reference: Reference) -> None:
        base, fragment = urldefrag(reference.target)
        if is_built_in(base):
            return
        found = self.resource(base, reference)
        if isinstance(found, SchemaPlace):
            found = self.inside(found, base, unquote(fragment), reference)
        if isinstance(found, Unread):
            at_keyword = document.position((*reference.path, reference.keyword))
            self.reached.findings.append(Finding(found.code, found.message, at_keyword))
            return
        self.visit(found, base)
        if reference.keyword == "$ref":
            self.reached.links[SchemaPlace(document.uri, reference.path)] = ResolvedReference(found, reference.alone)

    def resource(self, base: str, reference: Reference) -> SchemaPlace | Unread:
        """Return the place of the schema that ``base`` names; its file is opened where that is needed."""
        if reference.text.startswith("file:") or _is_elsewhere(base):
            return Unread("E304", f"{reference.text!r} names a computer, not a file beside this: use a relative path")
        if base not in self.names:
            document = self.folder.open(base) if base.startswith("file:") else self.folder.declaring(base)
            if isinstance(document, Unread):
                return _astray(document, reference)
            if document is None:
                return _undeclared(base, reference)
            self.enter(document)
            self.names.setdefault(base, SchemaPlace(document.uri, ()))
        return self.names[base]

    def inside(self, resource: SchemaPlace, base: str, fragment: str, reference: Reference) -> SchemaPlace | Unread:
        """Return the place that a fragment names in a resource: a JSON Pointer or an anchor."""
        document = self.reached.documents[resource.uri]
        if any(finding.code == "E302" for finding in document.findings):
            return resource
        if fragment and not fragment.startswith("/"):
            named = self.names.get(f"{base}#{fragment}") or self.names.get(f"{document.uri}#{fragment}")
            return named or _nothing_there(document, fragment, reference)
        schema = at(document.schema, resource.path)
        path = to_path(fragment, schema)
        if path is None:
            return _nothing_there(document, fragment, reference)
        if not isinstance(at(schema, path), dict | bool):
            message = f"{reference.text!r} leads to something that is no schema in {document.file}: correct it"
            return Unread("E305", message)
        return SchemaPlace(resource.uri, resource.path + path)


def _slow(document: SchemaDocument, paths: Iterable[Path]) -> Iterator[Finding]:
    """Yield the regular expressions that could take quadratic time, so that a payload could stop a publisher."""
    for path in paths:
        schema = at(document.schema, path)
        if not isinstance(schema, dict):
            continue
        by_name = schema.get("patternProperties")
        written: list[tuple[Path, object]] = [(("pattern",), schema.get("pattern"))]
        written += [(("patternProperties", one), one) for one in (by_name if isinstance(by_name, dict) else ())]
        for step, pattern in written:
            why = slow(pattern) if isinstance(pattern, str) else None
            if why:
                message = f"the pattern has {why}, which may take long: write it without, or at the start behind ^"
                yield Finding("E303", message, document.position((*path, *step)))


def _is_elsewhere(uri: str) -> bool:
    """Say whether a file URI names a host, as ``//host/x.json`` does."""
    return uri.startswith("file:") and not uri.startswith("file:///")


def _astray(unread: Unread, reference: Reference) -> Unread:
    if unread.code == "E301":
        return Unread("E305", f"{reference.text!r} leads nowhere: {unread.message}")
    return Unread(unread.code, f"{reference.text!r} is refused: {unread.message}")


def _undeclared(base: str, reference: Reference) -> Unread:
    means = "" if base == urldefrag(reference.text).url else f" means {base!r}, which"
    if base.startswith(("http:", "https:")):
        way_out = "give a path, or keep a file with this $id beside the schema"
        return Unread("E304", f"{reference.text!r}{means} would have to be fetched, which is never done: {way_out}")
    return Unread("E305", f"{reference.text!r}{means} leads nowhere: no file declares it as its $id")


def _nothing_there(document: SchemaDocument, fragment: str, reference: Reference) -> Unread:
    message = f"{reference.text!r} leads nowhere: {document.file} has no {fragment!r}, correct the part after #"
    return Unread("E305", message)
