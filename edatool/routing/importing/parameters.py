"""Federation upstreams and shovels as routes.yaml has them: the way back from ``spec.administration``."""

from collections.abc import Mapping
from typing import Any

from edatool.spec import administration
from edatool.spec.administration import ENDS, PROTOCOLS, SHOVEL, UPSTREAM, amqp_name, sent
from edatool.spec.check import check
from edatool.spec.same_json import same_json
from edatool.spec.shape import Record
from edatool.spec.yaml_document import YamlDocument

Plain = dict[str, Any]


def upstream(value: Mapping[str, Any]) -> Plain:
    """Write a federation upstream; what has no key of its own comes under ``settings``."""
    said = _keys(UPSTREAM, "", value)
    return _with_settings(said, administration.upstream(said, ""), value)


def shovel(value: Mapping[str, Any]) -> Plain:
    """Write a shovel; what has no key of its own comes under ``settings``."""
    said: Plain = {}
    for end, prefix in ENDS.items():
        shape = SHOVEL.fields[end].shape
        assert isinstance(shape, Record)
        keys = _keys(shape, prefix, value)
        said[end] = {key: one for key, one in keys.items() if PROTOCOLS.get(f"{prefix}{key}") != one}
    said |= _keys(SHOVEL, "", value)
    return _with_settings(said, administration.shovel(said, ""), value)


def _keys(record: Record, prefix: str, value: Mapping[str, Any]) -> Plain:
    """Return the keys of a record that become exactly what is there."""
    found = {}
    for key, field in record.fields.items():
        name = amqp_name(key, prefix)
        if name and name in value:
            written = administration.written(key, value[name])
            alone = Record({key: field})
            if not check(YamlDocument({key: written}), alone).findings and same_json(
                sent(key, written, ""), value[name]
            ):
                found[key] = written
    return found


def _with_settings(said: Plain, becomes: Plain, value: Mapping[str, Any]) -> Plain:
    rest = {name: one for name, one in value.items() if name not in becomes or not same_json(becomes[name], one)}
    return {**said, "settings": rest} if rest else said
