"""The sections for administrators: the way back from ``settings_of``."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from edatool.findings import Finding
from edatool.frozen import frozen
from edatool.routing.importing import parameters, users
from edatool.routing.importing.expressible import LEFT_OUT, policy_value, refused
from edatool.routing.importing.secrets import holds_secret, named, without_credentials
from edatool.routing.settings import LIMIT, SHOVEL, UPSTREAM, VHOST, operator_policies, settings_of
from edatool.routing.topology import Setting, Topology
from edatool.spec.administration import ENDS
from edatool.spec.build import build
from edatool.spec.yaml_document import YamlDocument

_TO_SET = "W404"
_KINDS = {
    "virtual_host": "vhost's",
    "users": "user",
    "operator_policies": "operator policy",
    "federation_upstreams": "federation upstream",
    "shovels": "shovel",
}
_URIS = ("uri", *(f"{prefix}uri" for prefix in ENDS.values()))
_PASSES = "it removes itself when it is done: nothing needs to be done"
_SECRET = "a password stands where a spec takes none: keep it where it is managed now"  # noqa: S105 - a sentence
_LIMITS = "the limits of the user {!r} are left out: a spec cannot say them, and apply leaves them as they are"

Entry = tuple[str, str, Any, str | None]
"""The section, the name in it, the value, and what keeps it from being written, if that is known."""


@frozen
class Administration:
    """The sections, the settings that they compile to, and what has to be said of them.

    W401: what is left out; W404: an environment variable that has to be set.
    """

    sections: Mapping[str, Any]
    settings: tuple[Setting, ...]
    notes: tuple[Finding, ...]


def administration(there: Topology, importer: str | None) -> Administration:
    """Write the settings of a topology, in which passwords are hidden, but for what concerns the user that imports."""
    notes: list[Finding] = []
    sections: dict[str, dict[str, Any]] = {}
    for section, name, value, known in _entries(there, importer):
        reason = known or refused(section, name, value) or (_SECRET if holds_secret(value) else None)
        if reason:
            notes.append(Finding(LEFT_OUT, f"the {_KINDS[section]} {name!r} is left out: {reason}"))
        else:
            sections.setdefault(section, {})[name] = value
    notes += [Finding(LEFT_OUT, _LIMITS.format(name)) for name in users.limited(there.settings)]
    variables: dict[str, tuple[str, ...]] = {}
    written = {section: named(one, (section,), variables) for section, one in sections.items()}
    settings = settings_of(build(written, YamlDocument({}), "")[0])
    return Administration(written, tuple(settings), (*notes, *_to_set(variables)))


def _entries(there: Topology, importer: str | None) -> Iterator[Entry]:
    settings = sorted(there.settings.values(), key=lambda one: (one.kind, one.name))
    yield from _virtual_host(settings)
    for name, value, reason in users.written(there.settings, importer):
        yield "users", name, value, reason
    for name, policy in sorted(operator_policies(there).items()):
        yield "operator_policies", name, policy_value(policy), None
    for one in settings:
        uris = {key: without_credentials(one.value[key]) for key in _URIS if key in one.value}
        value = {**one.value, **uris}
        if one.kind == UPSTREAM:
            yield "federation_upstreams", one.name, parameters.upstream(value), None
        elif one.kind == SHOVEL:
            yield "shovels", one.name, parameters.shovel(value), _PASSES if _passes(one) else None


def _virtual_host(settings: Iterable[Setting]) -> Iterator[Entry]:
    for one in settings:
        if one.kind == VHOST:
            for key, value in one.value.items():
                yield "virtual_host", key, value, None
    limits = {one.name.replace("-", "_"): one.value["value"] for one in settings if one.kind == LIMIT}
    if limits:
        yield "virtual_host", "limits", limits, None


def _passes(one: Setting) -> bool:
    """Whether a shovel is only for what waits now: declared again, it would move messages that nobody meant."""
    return any(one.value.get(key, "never") != "never" for key in ("src-delete-after", "delete-after"))


def _to_set(variables: Mapping[str, tuple[str, ...]]) -> Iterator[Finding]:
    for variable, (section, name, *place) in variables.items():
        what = f"the {' '.join(place).replace('uri', 'URI')} of the {_KINDS[section]} {name!r}"
        if section == "users":
            reason, or_else = "cannot be read back", ", or remove the key password"
        else:
            reason, or_else = "is not written, for it may hold credentials", ""
        yield Finding(_TO_SET, f"{what} {reason}: set the environment variable {variable} to it before plan{or_else}")
