"""The schemas of an AsyncAPI document as files, each with all that it refers to."""

import json
import re
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urldefrag

from edatool.contracts.documents.dialects import no_json_schema
from edatool.contracts.documents.drafts import DRAFT_4, DRAFT_6, DRAFT_7, DRAFT_2019_09, DRAFT_2020_12
from edatool.contracts.documents.survey import survey
from edatool.contracts.pointer import Path, at, to_text
from edatool.routing.importing.asyncapi.document import AsyncApiDocument, Part

FOLDER = "schemas"
_BASE = "file:///document"
_COMPONENTS = ("components", "schemas")
_DRAFTS = {
    "draft-04": f"{DRAFT_4}#",
    "draft-06": f"{DRAFT_6}#",
    "draft-07": f"{DRAFT_7}#",
    "2019-09": DRAFT_2019_09,
    "2020-12": DRAFT_2020_12,
}
_VERSION = re.compile("version=(" + "|".join(_DRAFTS) + ")")


@dataclass(slots=True)
class SchemaFiles:
    """The names of the files, by the place of their schema in the document."""

    document: AsyncApiDocument
    names: dict[Path, str] = field(default_factory=dict)

    def of_payload(self, message: Part, event: str) -> str | None:
        """Return the name of the file that a message's schema becomes, None where it has no JSON Schema.

        Raises:
            WrongUsage: a reference leads out of the document, or nowhere.
        """
        value, path = message
        if not isinstance(value.get("payload"), dict):
            return None
        _, place = self.document.part((*path, "payload"))
        home = self._unwrapped(place)
        if no_json_schema(self.document.value, home) or not isinstance(at(self.document.value, home), dict):
            return None
        return f"{FOLDER}/{self._file(home, str(home[2]) if home[:2] == _COMPONENTS else event)}"

    def examples_of(self, file: str) -> object:
        """Return the examples in a schema, by the name of its file."""
        home = next(home for home, name in self.names.items() if f"{FOLDER}/{name}" == file)
        schema: Any = at(self.document.value, home)
        return schema.get("examples")

    def texts(self) -> dict[str, str]:
        """Return the files by name, those too that others refer to.

        Raises:
            WrongUsage: a reference leads out of the document, or nowhere.
        """
        written: dict[Path, str] = {}
        while len(written) < len(self.names):
            written |= {home: self._text(home) for home in list(self.names) if home not in written}
        return {f"{FOLDER}/{self.names[home]}": text for home, text in written.items()}

    def _unwrapped(self, path: Path) -> Path:
        """Return the path of the schema itself, where it stands beside its format."""
        value = at(self.document.value, path)
        return (*path, "schema") if isinstance(value, dict) and {"schemaFormat", "schema"} <= value.keys() else path

    def _file(self, home: Path, name: str) -> str:
        if home not in self.names:
            stem, taken = re.sub(r"[^A-Za-z0-9._-]", "-", name), {one.lower() for one in self.names.values()}
            tried = (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
            self.names[home] = next(f"{one}.json" for one in tried if f"{one}.json".lower() not in taken)
        return self.names[home]

    def _text(self, home: Path) -> str:
        said = at(self.document.value, home)
        around = at(self.document.value, home[:-1])
        version = _VERSION.search(str(around.get("schemaFormat"))) if isinstance(around, dict) else None
        draft = _DRAFTS[version[1] if version else "draft-07"]
        schema: Any = {"$schema": draft, **deepcopy(said)} if isinstance(said, dict) else said
        found = survey(said, home, _BASE, draft.removesuffix("#"))
        for one in found.references:
            if one.keyword == "$ref" and not {one.target, urldefrag(one.target).url} & found.names.keys():
                holder: Any = at(schema, one.path[len(home) :])
                holder["$ref"] = self._reference(self.document.target(one.path), home)
        return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"

    def _reference(self, target: Path, home: Path) -> str:
        """Return a reference to what stands in the document at ``target``, from the file of ``home``."""
        if target[: len(home)] == home:
            return f"#{quote(to_text(target[len(home) :]), safe='/$')}"
        component = target[:2] == _COMPONENTS and len(target) > len(_COMPONENTS)
        root = self._unwrapped(target[:3]) if component else target
        file = self._file(root, str(root[2] if component else target[-1] if target else "document"))
        return f"{file}#{quote(to_text(target[len(root) :]), safe='/$')}".removesuffix("#")
