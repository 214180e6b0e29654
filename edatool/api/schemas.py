"""JSON Schemas of what edatool reads and prints."""

import json
from collections.abc import Mapping
from pathlib import Path

from edatool.errors import WrongUsage
from edatool.new_file import new_file, require_room
from edatool.render.schemas import OUTPUTS, schema_of
from edatool.spec.format import schema as routes_schema

ROUTES = "routes"


def schema(of: str = ROUTES, *, url: str | None = None) -> Mapping[str, object]:
    """Return the JSON Schema (2020-12) of ``routes.yaml``, or of what a command prints with ``--format json``.

    Args:
        of: ``routes``, or the name of an output, such as ``plan`` or ``outbox-status``.
        url: where it will be served from: its ``$id`` is its name there.

    Raises:
        WrongUsage: there is no such schema.
    """
    if of != ROUTES and of not in OUTPUTS:
        raise WrongUsage(f"there is no schema of {of!r}: it is one of {', '.join((ROUTES, *OUTPUTS))}")
    found = routes_schema() if of == ROUTES else schema_of(of)
    named = {"$schema": found["$schema"], **({"$id": f"{url.rstrip('/')}/{_file(of)}"} if url else {})}
    return {**named, **found}


def publish_schemas(folder: str, *, url: str | None = None, force: bool = False) -> tuple[str, ...]:
    """Write all JSON Schemas into a folder, which is made where it is not there, and return the names of the files.

    Args:
        folder: where they are to be.
        url: where they will be served from, for their ``$id``; by default the folder.
        force: overwrite files that are there.

    Raises:
        WrongUsage: a file is there already and no ``force``, or cannot be written.
    """
    where = Path(folder)
    try:
        where.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WrongUsage(f"{folder} cannot be written: {error.strerror}") from None
    files = {str(where / _file(one)): schema(one, url=url or where.resolve().as_uri()) for one in (ROUTES, *OUTPUTS)}
    for name in files:
        require_room(name, force=force)
    for name, content in files.items():
        with new_file(name, force=force) as file:
            file.write(json.dumps(content, indent=2) + "\n")
    return tuple(files)


def _file(of: str) -> str:
    return f"{of}.schema.json"
