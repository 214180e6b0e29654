"""Schema files to contracts, with everything that is wrong with the files.

| code | what is wrong |
|---|---|
| E301 | a file is missing or cannot be read |
| E302 | a file is not strict JSON, or too large or nested too deeply |
| E303 | not a valid schema: its meta-schema or the engine refuses it, a regular expression included |
| E304 | a file or a reference lies outside the folder of the spec, or on the network |
| E305 | a reference leads nowhere: no such file, no such ``$id``, no such place in it |
| E306 | ``$schema`` names a draft that is unknown or not supported |
| E307 | an example does not keep its own contract |
"""

from collections.abc import Iterable, Mapping
from pathlib import Path as File
from urllib.parse import unquote, urldefrag

import jsonschema_rs

from edatool.contracts.contract import Contract, contract
from edatool.contracts.documents.dialects import no_json_schema
from edatool.contracts.documents.document import SchemaDocument, SchemaPlace
from edatool.contracts.documents.folder import Folder, Unread, folders_of
from edatool.contracts.documents.links import ReachedDocuments
from edatool.contracts.documents.references import follow
from edatool.contracts.pointer import Path, at, to_path
from edatool.findings import Finding, Position, errors, in_order


def load(
    root: File, files: Iterable[str], texts: Mapping[str, bytes] | None = None
) -> tuple[dict[str, Contract], list[Finding]]:
    """Load the contracts in ``files``, which are named relative to ``root``, the folder of the spec.

    A name may end in ``#`` and a JSON Pointer to a schema in the file. Files are JSON or, by their ending, YAML. Drafts
    4, 6, 7, 2019-09 and 2020-12 are read, the last where ``$schema`` is missing, and schemas in AsyncAPI and OpenAPI
    documents (see ``dialects``). A reference may name a file
    by a path relative to the file it stands in, or by the ``$id`` that a file declares: one that is reached
    by references, or one in the folders of ``files`` and below. Files outside ``root``, symbolic links
    resolved, are not read, and nothing is fetched. A contract with an error is left out, one with a wrong
    example is not; the findings are those of all files, by position. Never raises for what is in the files.
    ``texts`` are the files where they are not on a disk, by their names relative to ``root``.
    """
    names = list(dict.fromkeys(files))
    return load_from(Folder(root, folders_of(root, names), texts=texts), names)


_WHICH = "{} holds many schemas: name the one that is meant behind #, as in #/components/schemas/NAME"


def load_from(folder: Folder, names: Iterable[str]) -> tuple[dict[str, Contract], list[Finding]]:
    """Load contracts as ``load`` does, from a folder that may have been read from before."""
    contracts: dict[str, Contract] = {}
    findings: dict[Finding, None] = {}
    for name in names:
        contract, wrong = _load(name, folder)
        findings.update(dict.fromkeys(wrong))
        if contract:
            contracts[name] = contract
    return contracts, in_order(list(findings))


def _load(name: str, folder: Folder) -> tuple[Contract | None, list[Finding]]:
    file, fragment = urldefrag(name)
    whole = Position(str(folder.root / name), 1, 1)
    document = folder.open(folder.uri(file))
    if isinstance(document, Unread):
        return None, [Finding(document.code, document.message, whole)]
    if not fragment and document.holds_schemas:
        return None, [Finding("E305", _WHICH.format(document.file), whole)]
    path = to_path(unquote(fragment), document.schema)
    if path is None and not document.findings:
        message = f"{document.file} has nothing at {fragment!r}: correct the JSON Pointer behind #"
        return None, [Finding("E305", message, whole)]
    wrong = no_json_schema(document.schema, path or ()) if document.holds_schemas else None
    if wrong:
        return None, [Finding("E305", f"{document.file}#{unquote(fragment)} is {wrong}", whole)]
    reached = follow(document, path or (), folder)
    if errors(reached.findings):
        return None, reached.findings
    return _compiled(name, SchemaPlace(document.uri, path or ()), reached)


def _compiled(name: str, place: SchemaPlace, reached: ReachedDocuments) -> tuple[Contract | None, list[Finding]]:
    document = reached.documents[place.uri]
    if not isinstance(at(document.schema, place.path), dict):
        return None, [_invalid(document, place.path, "a contract is a JSON object: write one here")]
    try:
        compiled = contract(name, place, reached)
    except jsonschema_rs.ValidationError as error:
        return None, [_invalid(document, place.path, error.message)]
    except ValueError as error:
        return None, [_invalid(document, place.path, str(error))]
    return compiled, _wrong_examples(compiled, document)


def _invalid(document: SchemaDocument, path: Path, message: str) -> Finding:
    return Finding("E303", f"not a valid schema: {message:.200}", document.position(path))


def _wrong_examples(contract: Contract, document: SchemaDocument) -> list[Finding]:
    found = []
    for index, example in enumerate(contract.examples):
        for violation in contract.violations(example):
            path = to_path(violation.pointer, example) or ()
            place = document.position((*contract.place.path, "examples", index, *path))
            found.append(Finding("E307", f"the example does not keep the contract: {violation}", place))
    return found
