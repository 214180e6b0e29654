"""A Terraform state as definitions: what the provider cyrilgdn/rabbitmq has made."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from edatool.contracts.pointer import Path
from edatool.contracts.scan import line_column, spots
from edatool.errors import WrongUsage
from edatool.findings import Position
from edatool.frozen import frozen
from edatool.routing.definitions.file import DefinitionsFile, json_of
from edatool.routing.definitions.keys import KEYS
from edatool.routing.importing.translation import Translation

_WHAT = "Terraform state"
_PREFIX = "rabbitmq_"
_BESIDE = ("id", "properties_key", "timeouts")
"""What the provider keeps for itself."""
_EMPTY: tuple[Any, ...] = (None, "", False, [], {})
_WHOLE = re.compile(r"[-+]?[0-9]{1,18}")
_SECTIONS = {
    "rabbitmq_exchange": ("exchanges", "settings"),
    "rabbitmq_queue": ("queues", "settings"),
    "rabbitmq_binding": ("bindings", ""),
    "rabbitmq_policy": ("policies", "policy"),
    "rabbitmq_vhost": ("vhosts", ""),
}
"""The section of definitions for each type of resource, and the block that its attributes stand in."""


@frozen
class _Resource:
    """One resource of a state: its type, its address, the way to it, its attributes.

    It has none where it is to be deleted, or nobody can read them.
    """

    type: str
    address: str
    path: Path
    attributes: Mapping[str, Any] | None


def terraform_state(name: str, raw: bytes) -> DefinitionsFile:
    """Return what a state says of RabbitMQ, be it that of ``terraform show -json`` or a terraform.tfstate.

    Raises:
        WrongUsage: it is not JSON, or no state, or holds nothing of RabbitMQ.
    """
    value = json_of(name, raw)
    translation, others = Translation(), Counter[str]()
    for resource in _resources(name, value):
        if resource.type in _SECTIONS and resource.attributes is not None:
            _add(translation, name, resource, resource.attributes)
        elif resource.type.startswith(_PREFIX):
            translation.leave_out(resource.address, resource.path)
        else:
            others[resource.type] += 1
    if others:
        listed = ", ".join(f"{number} {kind}" for kind, number in sorted(others.items()))
        translation.leave_out(f"what is not of RabbitMQ ({listed})", ())
    text = raw.decode()

    @cache
    def offsets() -> dict[Path, int]:
        wanted = {*translation.paths.values(), *(path for _, path in translation.left_out)}
        return {spot.path: spot.offset for spot in spots(text) if spot.path in wanted and not spot.is_key}

    return translation.done(name, _WHAT, lambda path: Position(name, *line_column(text, offsets().get(path, 0))))


def _resources(name: str, state: object) -> Iterator[_Resource]:
    match state:
        case {"version": 4, "resources": list(resources)}:
            yield from _of_file(resources)
        case {"format_version": str(), "values": {"root_module": dict(module)}}:
            yield from _of_module(module, ("values", "root_module"))
        case _:
            raise WrongUsage(f"{name} is no state that can be read: write one with terraform show -json")


def _of_file(resources: list[Any]) -> Iterator[_Resource]:
    """Yield the resources of a terraform.tfstate, of which each has instances; data is of others."""
    for number, one in enumerate(resources):
        match one:
            case {"mode": "managed", "type": str(kind), "name": str(name), "instances": list(instances)}:
                above = f"{one['module']}." if one.get("module") else ""
                for index, instance in enumerate(instances):
                    path = ("resources", number, "instances", index)
                    yield _instance(f"{above}{kind}.{name}", kind, instance, path)


def _instance(address: str, kind: str, instance: object, path: Path) -> _Resource:
    match instance:
        case {"deposed": str(deposed)}:
            return _Resource(kind, f"{address} (deposed {deposed})", path, None)
        case {"attributes": dict(attributes), **others}:
            key = others.get("index_key")
            return _Resource(kind, address if key is None else f"{address}[{json.dumps(key)}]", path, attributes)
        case _:
            return _Resource(kind, address, path, None)


def _of_module(module: Mapping[str, Any], path: Path) -> Iterator[_Resource]:
    """Yield the resources of a module as ``terraform show -json`` writes it, and of those in it; data is of others."""
    for number, one in enumerate(_listed(module, "resources")):
        match one:
            case {"mode": "managed", "type": str(kind), "address": str(address), "values": dict(values)}:
                yield _Resource(kind, address, (*path, "resources", number), values)
    for number, inner in enumerate(_listed(module, "child_modules")):
        if isinstance(inner, dict):
            yield from _of_module(inner, (*path, "child_modules", number))


def _listed(module: Mapping[str, Any], key: str) -> list[Any]:
    listed = module.get(key)
    return listed if isinstance(listed, list) else []


def _add(translation: Translation, file: str, one: _Resource, attributes: Mapping[str, Any]) -> None:
    section, block = _SECTIONS[one.type]
    said = _said(f"{file}, arguments_json of {one.address}", attributes, block)
    known = {"name"} if section == "vhosts" else {*KEYS[section], "vhost"}
    entry = {key: value for key, value in said.items() if key in known}
    if section == "vhosts":
        # By it a queue without a type gets one.
        entry["metadata"] = {"default_queue_type": said.get("default_queue_type")}
    translation.add(section, entry, one.path)
    for key, value in said.items():
        if key not in known and value not in _EMPTY:
            translation.leave_out(f"{key} of {one.address}", one.path)


def _said(arguments_at: str, attributes: Mapping[str, Any], block: str) -> dict[str, Any]:
    """Return the attributes of a resource and of the one block in it, in the words of definitions."""
    blocks = attributes.get(block)
    inside = blocks[0] if isinstance(blocks, list) and blocks and isinstance(blocks[0], dict) else {}
    said = {key: value for key, value in {**attributes, **inside}.items() if key not in (block, *_BESIDE)}
    arguments, definition = said.pop("arguments_json", None), said.get("definition")
    if arguments and isinstance(arguments, str):
        said["arguments"] = json_of(arguments_at, arguments)
    if "apply_to" in said:
        said["apply-to"] = said.pop("apply_to")
    if isinstance(definition, dict):
        said["definition"] = {key: _setting(key, value, definition) for key, value in definition.items()}
    return said


def _setting(key: str, value: object, definition: Mapping[str, Any]) -> object:
    """Return a setting of a policy as the provider sends it: the state has strings alone."""
    if not isinstance(value, str):
        return value
    if key == "ha-params" and definition.get("ha-mode") == "nodes":
        return value.split(",")
    return int(value) if _WHOLE.fullmatch(value) else value
