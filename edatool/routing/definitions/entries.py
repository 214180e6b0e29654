"""The entries of a definitions file, as RabbitMQ would read them."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from edatool.contracts.pointer import Path
from edatool.frozen import frozen
from edatool.routing.definitions.keys import KEYS, REQUIRED, TABLE, VALUES, Key, is_table
from edatool.spec.nearest import nearest

Entry = Mapping[str, Any]

REFUSED, KEPT_ONE, IGNORED = None, "W405", "W406"


@frozen
class Remark:
    """What has to be said of a value in a definitions file: a code, a sentence, and the way to the value.

    W405: an object is there twice, differently. W406: RabbitMQ ignores it. Without a code: RabbitMQ refuses it.
    """

    code: str | None
    message: str
    path: Path


_ONE = {
    "exchanges": "exchange",
    "queues": "queue",
    "policies": "policy",
    "users": "user",
    "vhosts": "vhost",
    "bindings": "binding",
    "permissions": "permission",
    "topic_permissions": "topic permission",
    "parameters": "parameter",
    "settings": "setting",
}
_IDENTITY = {
    "permissions": ("vhost", "user"),
    "topic_permissions": ("user", "exchange"),
    "parameters": ("component", "name"),
    "settings": ("kind", "name"),
}
# What is declared stays as it is when it is declared again; all else is written anew (measured).
_KEEPS_FIRST = ("exchanges", "queues")


def entries(definitions: Entry, section: str, belongs: Callable[[Entry], bool], remarks: list[Remark]) -> list[Entry]:
    """Return the entries of a section that belong to what is wanted, with all their keys and no more than once.

    What RabbitMQ refuses of them is left out; that and what it ignores is added to ``remarks``.
    """
    listed = definitions.get(section, [])
    if not isinstance(listed, list):
        remarks.append(Remark(REFUSED, f"{section} has to be a list, not {_shown(listed)}", (section,)))
        return []
    ignored: dict[str, list[tuple[int, str]]] = {}
    known = {*KEYS[section], "vhost"}
    found = []
    for index, entry in enumerate(listed):
        if not isinstance(entry, dict):
            remarks.append(_no_object(section, index))
        elif belongs(entry):
            wrong = list(_wrong(section, index, entry))
            remarks += wrong
            if not wrong:
                found.append((index, _completed(section, entry)))
            for key in entry:
                if key not in known:
                    ignored.setdefault(key, []).append((index, named(section, entry)))
    remarks += _ignored(section, ignored)
    return [entry for _, entry in (found if section == "bindings" else _once(section, found, remarks))]


def _no_object(section: str, index: int) -> Remark:
    what, path = f"{section} holds something that is no object", (section, index)
    if section == "queues":
        return Remark(REFUSED, f"{what}: remove it", path)
    return Remark(IGNORED, f"{what}, which RabbitMQ ignores: remove it", path)


def _wrong(section: str, index: int, entry: Entry) -> Iterator[Remark]:
    keys = KEYS[section]
    if section == "users" and "administrator" in entry:
        keys = {name: key for name, key in keys.items() if name != "tags"}
    if not _fits(keys, entry):
        yield from _misfits(named(section, entry), keys, entry, (section, index))
    if section == "parameters" and isinstance(entry.get("component"), str):
        yield from _wrong_value(named(section, entry), entry, (section, index, "value"))
    arguments = entry.get("arguments")
    for name, value in arguments.items() if isinstance(arguments, dict) else ():
        if _holds_null(value):
            what = f"{named(section, entry)} has the argument {name!r} with null in it"
            yield Remark(
                REFUSED, f"{what}, which AMQP does not have: leave it out", (section, index, "arguments", name)
            )


def _wrong_value(what: str, entry: Entry, path: Path) -> Iterator[Remark]:
    keys = VALUES.get(entry["component"])
    value = entry.get("value", {})
    if keys is None:
        return
    if not is_table(value):
        yield Remark(REFUSED, f"{what} has a value that is no object: write one", path)
    elif isinstance(value, dict):
        yield from _misfits(what, keys, value, path)


def _fits(keys: Mapping[str, Key], entry: Entry) -> bool:
    """Whether an entry says everything, and everything right, as those of exports do; there may be many of them."""
    return all(name in entry and key.takes(entry[name]) for name, key in keys.items() if name != "exclusive")


def _misfits(what: str, keys: Mapping[str, Key], entry: Entry, path: Path) -> Iterator[Remark]:
    for name, key in keys.items():
        value = entry.get(name, REQUIRED)
        if value is REQUIRED:
            if key.default is REQUIRED:
                yield Remark(REFUSED, f"{what} lacks {name}: {key.like} is needed", path)
        elif not (key.takes(value) or (value is None and key.null)):
            shown = "something else" if key.secret else _shown(value)
            yield Remark(REFUSED, f"{what} has {shown} as {name}: {key.like} is needed", (*path, name))


def _completed(section: str, entry: Entry) -> Entry:
    if _fits(KEYS[section], entry) and entry.get("arguments") != [] and section not in ("parameters", "users"):
        return entry
    whole = dict(entry)
    for name, key in KEYS[section].items():
        value = entry.get(name)
        if value is None and key.default is not REQUIRED:
            whole[name] = key.default
        elif key is TABLE and value == []:
            whole[name] = {}
    if section == "parameters" and entry["component"] in VALUES:
        whole["value"] = entry["value"] or {}
    if section == "users" and "administrator" in entry and "tags" not in entry:
        whole["tags"] = ["administrator"] if entry["administrator"] is True else []
    return whole


def _once(section: str, found: list[tuple[int, Entry]], remarks: list[Remark]) -> Iterable[tuple[int, Entry]]:
    """Return one entry of each name, as RabbitMQ does."""
    keep_first = section in _KEEPS_FIRST
    kept: dict[tuple[str, ...], tuple[int, Entry]] = {}
    for index, entry in found:
        identity = tuple(str(entry.get(key)) for key in _IDENTITY.get(section, ("name",)))
        if identity in kept and _own(kept[identity][1]) != _own(entry):
            # It declares many at once, and of these not always the first comes first.
            which = "first" if keep_first else "last"
            what = f"{named(section, entry)} is there twice, differently"
            remarks.append(Remark(KEPT_ONE, f"{what}: RabbitMQ keeps the {which} one, remove one", (section, index)))
        if identity not in kept or not keep_first:
            kept[identity] = index, entry
    return kept.values()


def _own(entry: Entry) -> str:
    return json.dumps({key: value for key, value in entry.items() if key != "vhost"}, sort_keys=True)


def _ignored(section: str, found: Mapping[str, list[tuple[int, str]]]) -> Iterator[Remark]:
    for key, places in found.items():
        index, first = places[0]
        others = f" and of {len(places) - 1} more" if len(places) > 1 else ""
        near = nearest(key, KEYS[section])
        way_out = f"did you mean {near!r}?" if near else "nothing needs to be done"
        message = f"RabbitMQ ignores the key {key!r} of {first}{others}: {way_out}"
        yield Remark(IGNORED, message, (section, index, key))


def named(section: str, entry: Entry) -> str:
    """Name an entry with its kind, as far as it has a name."""
    match section:
        case "bindings":
            name = f"{_name(entry, 'source')} -> {_name(entry, 'destination')}"
        case "permissions":
            name = f"of {_name(entry, 'user')}"
        case "topic_permissions":
            name = f"of {_name(entry, 'user')} on {_name(entry, 'exchange')}"
        case "parameters" | "settings":
            name = " ".join(_name(entry, key) for key in _IDENTITY[section])
        case _:
            name = _name(entry, "name")
    return f"the {_ONE[section]} {name}"


def _name(entry: Entry, key: str) -> str:
    name = entry.get(key, "?")
    return repr(name) if isinstance(name, str) else _shown(name)


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _holds_null(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_null, value.values()))
    return value is None or (isinstance(value, list) and any(map(_holds_null, value)))
