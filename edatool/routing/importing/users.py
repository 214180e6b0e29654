"""Users as routes.yaml has them; those that are not only of one vhost's concern are left to who keeps the broker."""

from collections.abc import Iterator, Mapping
from typing import Any

from edatool.routing.importing.secrets import REFERENCE
from edatool.routing.redaction import HIDDEN
from edatool.routing.settings import ELSEWHERE, PERMISSION, TOPIC_PERMISSION, USER
from edatool.routing.topology import Identity, Setting
from edatool.spec.secret import unreferenced

Plain = dict[str, Any]

_GUEST = "RabbitMQ makes it itself, with a password that all know: delete it, or keep it as it is"
_IMPORTER = "it is the one that works here, which apply does not change: keep it where it is managed now"
_ADMINISTRATOR = "it is an administrator, whom a change of the file could lock out: keep it where it is managed now"
_ABSENT = "the user itself is not in the file: export the definitions of the whole broker"
_DEFAULT_EXCHANGE = "it has a topic permission on the default exchange, which decides nothing: remove that"


def written(there: Mapping[Identity, Setting], importer: str | None) -> Iterator[tuple[str, Plain, str | None]]:
    """Yield the users that have permissions: name, value, and why it is left out, None where it is not."""
    for name in sorted(one.name for one in there.values() if one.kind == PERMISSION):
        user = there.get((USER, name), Setting(USER, name))
        topics = [one.value for one in there.values() if one.kind == TOPIC_PERMISSION and one.value["user"] == name]
        value: Plain = {}
        if "password" in user.value:
            password = user.value["password"]
            value["password"] = unreferenced(REFERENCE if password == HIDDEN else password)
        if user.value.get("tags"):
            value["tags"] = user.value["tags"]
        value["permissions"] = _allowed(there[PERMISSION, name].value)
        if topics:
            ordered = sorted(topics, key=lambda one: str(one["exchange"]))
            value["topic_permissions"] = {one["exchange"]: _allowed(one) for one in ordered}
        yield name, value, _reason(name, user, there, importer)


def limited(there: Mapping[Identity, Setting]) -> list[str]:
    """Return the names of users with limits of their own, which a spec cannot say."""
    return sorted(one.name for one in there.values() if one.kind == USER and "limits" in one.value)


def _allowed(rights: Mapping[str, Any]) -> Plain:
    """Return the patterns that allow something."""
    return {key: rights[key] for key in ("configure", "write", "read") if rights.get(key)}


def _reason(name: str, user: Setting, there: Mapping[Identity, Setting], importer: str | None) -> str | None:
    elsewhere = [one.value["vhost"] for one in there.values() if one.kind == ELSEWHERE and one.value["user"] == name]
    if name == "guest":
        return _GUEST
    if name == importer:
        return _IMPORTER
    if (USER, name) not in there:
        return _ABSENT
    if "administrator" in user.value["tags"]:
        return _ADMINISTRATOR
    if elsewhere:
        shared = f"it has permissions in the vhost {elsewhere[0]!r} too, where its password and tags count as well"
        return f"{shared}: give each vhost a user of its own"
    return _DEFAULT_EXCHANGE if (TOPIC_PERMISSION, f"{name} on ") in there else None
