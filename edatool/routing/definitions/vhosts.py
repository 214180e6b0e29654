"""The vhosts of a definitions file, and what of it belongs to one of them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from edatool.contracts.pointer import Path
from edatool.errors import WrongUsage
from edatool.routing.definitions.entries import REFUSED, Entry, Remark, named
from edatool.spec.rabbitmq.arguments import CLASSIC, QUEUE_TYPES

OBJECTS = ("exchanges", "queues", "bindings", "policies", "parameters")
ALONE = "original_vhost_name"
"""The key by which an export of one vhost says which one it is (RabbitMQ 4.x)."""
_EMPTY: tuple[Any, ...] = (None, "", [], {}, False, "undefined")


def vhosts_of(definitions: Entry) -> list[str]:
    """Return the vhosts that a definitions file has objects of, else those that it lists; none where it names none."""
    if ALONE in definitions:
        return [str(definitions[ALONE])]
    return sorted(_with_objects(definitions) or _listed(definitions))


def belonging(definitions: Entry, vhost: str) -> Callable[[Entry], bool]:
    """Return a test that tells which entries belong to a vhost.

    Of an export of one vhost all do, whatever they name: RabbitMQ imports it into any vhost.

    Raises:
        WrongUsage: the file has other vhosts only.
    """
    listed = _listed(definitions)
    vhosts = listed | _with_objects(definitions)
    if ALONE in definitions or (not listed and len(vhosts) < 2):
        return lambda _: True
    if listed and vhost not in vhosts:
        raise WrongUsage(f"the definitions have no vhost {vhost!r}: name one of {', '.join(sorted(vhosts))}")
    of_unnamed = vhost if len(vhosts) == 1 else None
    return lambda entry: (of_unnamed if entry.get("vhost") is None else entry["vhost"]) == vhost


def homeless(definitions: Entry) -> Iterator[Remark]:
    """Yield the objects that name no vhost where the file has several; RabbitMQ refuses them."""
    vhosts = sorted(_listed(definitions) | _with_objects(definitions))
    if ALONE in definitions or len(vhosts) < 2:
        return
    for section, path, entry in _objects(definitions):
        if entry.get("vhost") is None:
            what = f"{named(section, entry)} names no vhost, and the file has several"
            yield Remark(REFUSED, f"{what}: write one of {', '.join(vhosts)}", path)


def default_queue_type(definitions: Entry, vhost: str) -> str:
    """Return the type that RabbitMQ 4 gives to a durable queue of the vhost that names none."""
    # Only what stands under metadata counts (measured).
    found = _metadata(_itself(definitions, vhost)).get("default_queue_type")
    return str(found) if found in QUEUE_TYPES else CLASSIC


def about(definitions: Entry, vhost: str) -> dict[str, Any]:
    """Return what a vhost says of itself in the file, in two places, but for what is empty."""
    itself = _itself(definitions, vhost)
    said = {key: value for key, value in itself.items() if ALONE not in itself or key in ("description", "limits")}
    said = {**_metadata(itself), **said}
    return {key: value for key, value in said.items() if key not in ("name", "metadata") and value not in _EMPTY}


def _itself(definitions: Entry, vhost: str) -> Entry:
    """Return the entry of the vhost, or the export that is of this vhost alone."""
    if ALONE in definitions:
        return definitions
    return next((one for one in _dicts(definitions, "vhosts") if one.get("name") == vhost), {})


def _metadata(itself: Entry) -> dict[str, Any]:
    metadata = itself.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _listed(definitions: Entry) -> set[str]:
    return {one["name"] for one in _dicts(definitions, "vhosts") if isinstance(one.get("name"), str)}


def _with_objects(definitions: Entry) -> set[str]:
    return {one["vhost"] for _, _, one in _objects(definitions) if isinstance(one.get("vhost"), str)}


def _objects(definitions: Entry) -> Iterator[tuple[str, Path, Entry]]:
    for section in OBJECTS:
        listed = definitions.get(section)
        for index, one in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(one, dict):
                yield section, (section, index), one


def _dicts(definitions: Entry, section: str) -> list[Mapping[str, Any]]:
    listed = definitions.get(section)
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
