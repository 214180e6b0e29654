"""Settings of a vhost read and written by the management API."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from edatool.broker.http.answers import TABLE, Shape
from edatool.broker.http.management import Management
from edatool.broker.http.secrets import hashed, is_hash_of, resolve, resolved, secrets_in
from edatool.broker.session import Session
from edatool.errors import BrokerError, BrokerRefused, BrokerUnreachable, WrongUsage
from edatool.routing.redaction import HIDDEN, redacted, without
from edatool.routing.settings import (
    COMPONENTS,
    ELSEWHERE,
    LIMIT,
    OPERATOR_POLICY,
    PERMISSION,
    PLUGINS,
    SHOVEL,
    TOPIC_PERMISSION,
    UPSTREAM,
    USER,
    VHOST,
    parameter,
    rights_of,
    tags_of,
    topic_permission,
)
from edatool.routing.topology import Setting, describe, identity_of
from edatool.routing.version import numbers
from edatool.spec.secret import is_reference

_RIGHTS = {"configure": str, "write": str, "read": str}
_SHAPES: Mapping[str, Shape] = {
    VHOST: {"tags?": [str], "description?": str, "default_queue_type?": str, "protected_from_deletion?": bool},
    LIMIT: {"value": TABLE},
    USER: {"tags": (str, list), "password_hash?": str, "hashing_algorithm?": str},
    PERMISSION: {"user": str, "vhost": str, **_RIGHTS},
    TOPIC_PERMISSION: {"user": str, "vhost": str, "exchange": str, "write": str, "read": str},
    OPERATOR_POLICY: {"name": str, "pattern": str, "apply-to": str, "priority": int, "definition": TABLE},
    UPSTREAM: {"name": str, "value": TABLE},
    SHOVEL: {"name": str, "value": TABLE},
}
"""What RabbitMQ tells of one setting of a kind."""
_ONE = (VHOST, USER)
"""The kinds that are asked for one by one."""
_PROTECTED = "protected_from_deletion"
_SINCE = {
    "default_queue_type": ((3, 11), "default queue type"),
    _PROTECTED: ((4, 1), "protection from deletion"),
}


def read(session: Session, wanted: Iterable[Setting], others: Iterable[Setting] = ()) -> list[Setting]:
    """Return the settings that are there, of the kinds of ``wanted`` and ``others`` only; of users, only those named.

    A secret on the broker that is the one which a wanted setting refers to is that reference; any other is hidden.
    Of the vhost itself only what is wanted is returned.

    Raises:
        WrongUsage: a secret that is wanted is not there to be read.
        BrokerRefused: the user may not see these kinds.
    """
    wanted = list(wanted)
    named = [*wanted, *(one for one in others if one.kind != VHOST)]
    if not named:
        return []
    if session.address.management is None:
        raise BrokerUnreachable(f"a {named[0].kind} needs the management API: name it with --management")
    asked = {identity_of(one): one for one in wanted}
    _refuse_what_comes_later(session.http, wanted)
    live = [one for kind in dict.fromkeys(one.kind for one in named) for one in _live(session.http, kind, named)]
    return [_seen(one, asked.get(identity_of(one))) for one in live]


def write(management: Management, one: Setting) -> None:
    """Create or replace a setting; a vhost that is made gives its maker all permissions.

    Raises:
        WrongUsage: a secret in it is not there to be read, or is no URI.
        BrokerError: RabbitMQ refused; its reason is told without the secrets.
    """
    secrets = secrets_in(one.value)
    if one.kind in COMPONENTS:
        _refuse_other_than_uris(one, secrets)
    try:
        if one.kind == VHOST and management.get(_path(management, one), _SHAPES[VHOST]) is None:
            management.create_vhost()
        management.put(_path(management, one), _body(management, one))
        if _PROTECTED in one.value:
            management.protect(protected=one.value[_PROTECTED])
    except BrokerError as error:
        reason = without(str(error), secrets)
        if one.kind in PLUGINS and "component" in reason and "not found" in reason:
            plugin = PLUGINS[one.kind]
            reason = f"RabbitMQ's plugin {plugin} is not enabled: run rabbitmq-plugins enable {plugin}"
        raise type(error)(f"{describe(one)}: {reason}") from None


def delete(management: Management, one: Setting) -> None:
    """Delete a setting; one that is gone already is fine. A vhost is never deleted."""
    assert one.kind not in (VHOST, ELSEWHERE), one
    exchange = f"/{_quoted(one.value['exchange'])}" if one.kind == TOPIC_PERMISSION else ""
    management.delete(_path(management, one) + exchange)


def ask_whether_vhost_is_missing(session: Session) -> bool:
    """Tell whether there is no such vhost.

    Raises:
        BrokerRefused: the user may not know.
    """
    if session.address.management is None:
        return False
    return not _read(session.http, VHOST, f"vhosts/{session.http.vhost}")


def needed_tag(kind: str) -> str:
    """Return the tag that a user needs to read or write settings of a kind, or policies (measured)."""
    return "policymaker" if kind in (*COMPONENTS, "policy") else "administrator"


def _refuse_what_comes_later(management: Management, wanted: Iterable[Setting]) -> None:
    """Refuse what this RabbitMQ takes of a vhost and forgets (measured), or has no call for."""
    said = {key for one in wanted if one.kind == VHOST for key in one.value}
    version = management.read_version() if said & _SINCE.keys() else ""
    for key, (since, what) in _SINCE.items():
        if key in said and numbers(version) < since:
            later = f"{since[0]}.{since[1]} and later have"
            raise BrokerRefused(f"RabbitMQ {version} has no {what} of a vhost, {later}: remove {key}")


def _live(management: Management, kind: str, named: Iterable[Setting]) -> Iterator[Setting]:
    """Yield the settings of a kind as RabbitMQ shows them, with their secrets."""
    vhost = management.vhost
    match kind:
        case "vhost":
            yield from (Setting(VHOST, "", one) for one in _read(management, kind, f"vhosts/{vhost}"))
        case "vhost limit":
            found = _read(management, kind, f"vhost-limits/{vhost}")
            limits: Mapping[str, Any] = next((one["value"] for one in found), {})
            yield from (Setting(LIMIT, name, {"value": limit}) for name, limit in limits.items())
        case "user":
            for name in dict.fromkeys(one.name for one in named if one.kind == USER):
                yield from _user(management, name)
        case "permission":
            for one in _read(management, kind, f"vhosts/{vhost}/permissions"):
                yield Setting(PERMISSION, one["user"], rights_of(one))
        case "topic permission":
            for one in _read(management, kind, f"vhosts/{vhost}/topic-permissions"):
                yield topic_permission(one["user"], one["exchange"], one)
        case "operator policy":
            for one in _read(management, kind, f"operator-policies/{vhost}"):
                fields = ("pattern", "apply-to", "priority", "definition")
                yield Setting(OPERATOR_POLICY, one["name"], {key: one[key] for key in fields})
        case _:
            for one in _read(management, kind, f"parameters/{COMPONENTS[kind]}/{vhost}"):
                yield parameter(kind, one["name"], one["value"])


def _user(management: Management, name: str) -> Iterator[Setting]:
    for one in _read(management, USER, f"users/{_quoted(name)}"):
        yield Setting(USER, name, one)
        yield from _elsewhere(management, name)


def _elsewhere(management: Management, user: str) -> Iterator[Setting]:
    for one in _read(management, PERMISSION, f"users/{_quoted(user)}/permissions"):
        if _quoted(one["vhost"]) != management.vhost:
            yield Setting(ELSEWHERE, f"{user} in {one['vhost']}", {"user": user, **rights_of(one)})


def _read(management: Management, kind: str, path: str) -> list[Mapping[str, Any]]:
    shape = _SHAPES[kind]
    try:
        found = management.get(path, shape if kind in _ONE else [shape])
    except BrokerRefused:
        raise BrokerRefused(
            f"{management.user!r} may not see a {kind}, which this spec has: give it the tag {needed_tag(kind)}"
        ) from None
    return [] if found is None else found if isinstance(found, list) else [found]


def _seen(one: Setting, wanted: Setting | None) -> Setting:
    """Return a live setting without its secrets."""
    value = one.value
    asked = wanted.value if wanted else {}
    if one.kind == VHOST:
        shown: Any = {key: sorted(value[key]) if key == "tags" else value[key] for key in asked if key in value}
    elif one.kind == USER:
        shown = {"tags": tags_of(value["tags"])}
        if "password" in asked:
            shown["password"] = asked["password"] if _has_password(value, asked["password"]) else HIDDEN
    else:
        shown = _hidden(value, asked)
    return Setting(one.kind, one.name, shown)


def _has_password(user: Mapping[str, Any], reference: Any) -> bool:
    return is_hash_of(resolve(reference), user["password_hash"], user["hashing_algorithm"])


def _hidden(value: object, asked: object) -> Any:
    """Return a value in which secrets are the references that are asked for in their place, or hidden."""
    if isinstance(asked, dict) and is_reference(asked):
        if value == resolve(asked):
            return asked
        return redacted(value) if isinstance(value, str) and "://" in value else HIDDEN
    if isinstance(value, dict) and isinstance(asked, dict):
        return {key: _hidden(one, asked.get(key)) for key, one in value.items()}
    if isinstance(value, list) and isinstance(asked, list) and len(value) == len(asked):
        return [_hidden(*pair) for pair in zip(value, asked, strict=True)]
    return redacted(value)


def _body(management: Management, one: Setting) -> Any:
    match one.kind:
        case "vhost":
            return _vhost_body(management, one)
        case "user":
            return _user_body(management, one)
        case "federation upstream" | "shovel":
            return {"value": resolved(dict(one.value))}
        case _:
            return dict(one.value)


def _vhost_body(management: Management, one: Setting) -> dict[str, Any]:
    """Return all fields: RabbitMQ takes away what a later PUT leaves out (measured)."""
    known = next(iter(_read(management, VHOST, f"vhosts/{management.vhost}")), {})
    kept = {key: known[key] for key in ("description", "tags", "default_queue_type") if key in known}
    if kept.get("default_queue_type") == "undefined":
        del kept["default_queue_type"]
    body = {**kept, **{key: value for key, value in one.value.items() if key != _PROTECTED}}
    return {**body, "tags": ",".join(body.get("tags", []))}


def _user_body(management: Management, one: Setting) -> dict[str, Any]:
    """Return the user with a hash in any case: RabbitMQ takes away the password that a PUT leaves out (measured)."""
    known = next(iter(_read(management, USER, f"users/{_quoted(one.name)}")), None)
    reference = one.value.get("password")
    body = {"tags": ",".join(one.value["tags"])}
    if known and (reference is None or _has_password(known, reference)):
        return body | {key: known[key] for key in ("password_hash", "hashing_algorithm")}
    fresh = hashed(resolve(reference)) if reference else ""
    return body | {"password_hash": fresh, "hashing_algorithm": "rabbit_password_hashing_sha256"}


def _refuse_other_than_uris(one: Setting, secrets: list[str]) -> None:
    """Refuse before RabbitMQ does, which would repeat parts of them in its reason."""
    for secret in secrets:
        try:
            split = urlsplit(secret)
            good = split.scheme in ("amqp", "amqps") and (split.port or 1) > 0
        except ValueError:
            good = False
        if not good:
            raise WrongUsage(f"{describe(one)}: a secret in it is no URI: write amqp[s]://user:password@host/vhost")


def _path(management: Management, one: Setting) -> str:
    name, vhost = _quoted(one.name), management.vhost
    match one.kind:
        case "vhost":
            return f"vhosts/{vhost}"
        case "user":
            return f"users/{name}"
        case "vhost limit":
            return f"vhost-limits/{vhost}/{name}"
        case "permission":
            return f"permissions/{vhost}/{name}"
        case "topic permission":
            return f"topic-permissions/{vhost}/{_quoted(one.value['user'])}"
        case "operator policy":
            return f"operator-policies/{vhost}/{name}"
        case _:
            return f"parameters/{COMPONENTS[one.kind]}/{vhost}/{name}"


def _quoted(name: object) -> str:
    return quote(str(name), safe="")
