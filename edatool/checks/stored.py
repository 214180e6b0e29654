"""What a service needs of a spec, in one text that needs no files: what apply leaves on the broker for publishers."""

import json
import os.path
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from edatool.checks.load import checked_with
from edatool.contracts.documents.folder import Folder
from edatool.contracts.load import load_from
from edatool.errors import NeedsPerson
from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.spec.administration import SECTIONS
from edatool.spec.load import load_text
from edatool.spec.packed import pack, unpack
from edatool.spec.text.write import as_routes
from edatool.spec.triggers import spelled_out

FORMAT_VERSION = 1
LARGEST = 64 * 2**20
"""The most bytes that a kept spec may unpack to."""
_LEFT_OUT = ("include", "producers", "tests", "checks", "sources", "soap", "deliveries", "alerts", *SECTIONS)
"""What no publisher needs, and what holds secrets."""


@frozen
class StoredSpec:
    """A spec without administration and tests, as YAML with all variables replaced, and its schema files by name."""

    routes: str
    schemas: Mapping[str, str]


def kept(checked: Routes) -> StoredSpec:
    """Return what is kept of a spec that has no errors."""
    spec = checked.spec
    value = spec.document.value
    assert isinstance(value, dict)
    whole = {key: one for key, one in spelled_out(value).items() if key not in _LEFT_OUT}
    # Named relative to the spec's root: they may stand in the files of other folders, or in the defaults.
    schemas = {name: {"schema": one.schema} if one.schema else {} for name, one in spec.events.items()}
    if whole.get("events"):
        whole["events"] = {name: {**(one or {}), **schemas[name]} for name, one in whole["events"].items()}
    if isinstance(whole.get("defaults"), dict):
        whole["defaults"] = {kind: _without_schema(one) for kind, one in whole["defaults"].items()}
    comment = "Kept by edatool apply, for publishers."
    return StoredSpec(as_routes(whole, comment), _schemas(checked, Path(spec.root).resolve()))


def load_kept(one: StoredSpec, where: str) -> Routes:
    """Read a kept spec, and look for errors; ``where`` is named in findings."""
    loaded = load_text(one.routes, where)
    folder = Folder(Path(), texts={name: text.encode() for name, text in one.schemas.items()})
    names = sorted({event.schema for event in loaded.spec.events.values() if event.schema})
    return checked_with(loaded, *load_from(folder, names), errors_only=True)


def to_json(one: StoredSpec, spec: str, vhost: str) -> dict[str, Any]:
    """Return a kept spec in the form in which it lies on the broker, packed."""
    text = json.dumps({"routes": one.routes, "schemas": dict(sorted(one.schemas.items()))}, separators=(",", ":"))
    return {"format_version": FORMAT_VERSION, "spec": spec, "vhost": vhost, "content": pack(text)}


def from_json(value: Mapping[str, Any], where: str) -> StoredSpec:
    """Read a kept spec; ``where`` is named in errors.

    Raises:
        NeedsPerson: it is damaged, or of a later format.
    """
    version = value.get("format_version")
    if type(version) is int and version > FORMAT_VERSION:
        raise NeedsPerson(f"the spec {where} was kept by a later edatool: use that version")
    try:
        if type(version) is not int or version != FORMAT_VERSION:
            raise ValueError(f"there is no format {version!r}")
        content = json.loads(unpack(value["content"], LARGEST))
        return StoredSpec(str(content["routes"]), {name: str(one) for name, one in content["schemas"].items()})
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise NeedsPerson(f"the spec {where} cannot be read ({error}): apply it again") from None


def _without_schema(default: object) -> object:
    return {key: one for key, one in default.items() if key != "schema"} if isinstance(default, dict) else default


def _schemas(checked: Routes, root: Path) -> dict[str, str]:
    return {
        os.path.relpath(unquote(urlsplit(uri).path), root).replace(os.sep, "/"): document.text
        for contract in checked.contracts.values()
        for uri, document in contract.reached.documents.items()
    }
