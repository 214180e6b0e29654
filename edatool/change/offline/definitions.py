"""What a vhost has, by the exported definitions of its broker."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from edatool.broker.http import mark, stored_specs
from edatool.broker.http.parameter_names import may_be_about
from edatool.change.changes import Create
from edatool.change.deploy.earlier import earlier_of
from edatool.change.ledger import Ledger
from edatool.change.ledgers import PREFIX, Ledgers, among
from edatool.change.offline.there import There, plan_offline
from edatool.change.plan import Plan
from edatool.change.progress import OnProgress
from edatool.checks.load import on_vhost
from edatool.counted import few
from edatool.routes import Routes
from edatool.routing.acceptance.objection import named
from edatool.routing.definitions.file import DefinitionsFile
from edatool.routing.definitions.vhosts import default_queue_type
from edatool.routing.settings import ELSEWHERE, USER, VHOST
from edatool.routing.topology import MARK, Exchange, Setting, Topology, collect, identity_of
from edatool.routing.version import NEWEST, numbers
from edatool.silent import silent
from edatool.spec.build import leaves_types_to_vhost
from edatool.spec.rabbitmq.history import OLDEST
from edatool.spec.secret import is_reference

_INTERNAL_LEFT_OUT = (4, 2, 9)
"""From this version on definitions have no internal exchanges."""


def plan_by_definitions(
    routes: Routes,
    file: DefinitionsFile,
    environment: Mapping[str, str],
    on_note: Callable[[str], None] = silent,
    on_progress: OnProgress = silent,
) -> Plan:
    """Plan a spec without errors for a broker that has what a definitions file says.

    ``on_note`` is told what is odd in the file.

    Raises:
        InvalidInput: what the spec says of a queue without a type is not for the type that the vhost gives it.
        WrongUsage: RabbitMQ would refuse something in the file, or it has no such vhost, or several to choose from.
        NeedsPerson: a ledger in it is damaged, or of a later format.
    """
    vhost = file.vhost(routes.spec.vhost) or "/"
    if leaves_types_to_vhost(routes.spec.document.value):
        routes = on_vhost(routes, default_queue_type(file.definitions, vhost), environment)
    there = _there(file, routes, vhost, on_note)
    plan = plan_offline(routes, there, on_progress)
    made = (one.object for one in plan.compared.changes if isinstance(one, Create))
    internal = [one.name for one in made if isinstance(one, Exchange) and one.internal]
    if there.version < _INTERNAL_LEFT_OUT or not internal:
        return plan
    left_out = f"whether internal exchanges are there, which RabbitMQ leaves out of definitions: {few(internal)}"
    return replace(plan, unasked=(*plan.unasked, left_out))


def _there(file: DefinitionsFile, routes: Routes, vhost: str, on_note: Callable[[str], None]) -> There:
    """Return what a file says of a vhost, with passwords and URIs as the spec refers to them: it tells no secret."""
    topology, odd = file.taken(vhost, access=True, administration=True)
    for one in odd:
        on_note(str(one))
    ledgers = _ledgers(file, vhost, routes.spec.name)
    seen = _settings(topology, routes.own, ledgers.ours.objects)
    version = str(file.definitions.get("rabbitmq_version") or file.definitions.get("rabbit_version") or "")
    parameter = stored_specs.among(_parameters(file) or {}, vhost, routes.spec.name)
    return There(
        vhost,
        replace(topology, settings=seen.settings),
        ledgers,
        server=named(version) if version and numbers(version) >= OLDEST else None,
        version=numbers(version) if version else NEWEST,
        earlier=earlier_of(parameter, routes.spec.name) if parameter else None,
    )


def _parameters(file: DefinitionsFile) -> Mapping[str, Any] | None:
    """Return the global parameters by their names, None where the file has none of the whole broker."""
    listed = file.definitions.get("global_parameters")
    if not isinstance(listed, list):
        return None
    return {str(one["name"]): one.get("value") for one in listed if isinstance(one, dict) and "name" in one}


def _ledgers(file: DefinitionsFile, vhost: str, spec: str) -> Ledgers:
    parameters = _parameters(file)
    if parameters is None:
        way_out = "export the definitions of the whole broker, not of one vhost"
        return Ledgers(Ledger(spec, vhost), refused=f"{file.name} has no global parameters, and no ledger: {way_out}")
    about = {name: one for name, one in parameters.items() if may_be_about(PREFIX, name, vhost)}
    return among(about, vhost, spec, lambda: mark.identity_in(_mark(file, vhost)))


def _mark(file: DefinitionsFile, vhost: str) -> Mapping[str, Any] | None:
    listed = file.definitions.get("exchanges")
    exchanges = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    of_vhost = (one for one in exchanges if (one.get("name"), one.get("vhost", vhost)) == (MARK, vhost))
    found = next(of_vhost, None)
    return found if found and isinstance(found.get("arguments"), dict) else None


def _settings(there: Topology, wanted: Topology, ours: Topology) -> Topology:
    """Return the settings of the kinds that are wanted or ours, as a broker is asked for no others."""
    kinds = {one.kind for one in wanted.settings.values()}
    kinds |= {one.kind for one in ours.settings.values() if one.kind != VHOST}
    kinds |= {ELSEWHERE} if USER in kinds else set()
    asked = {**ours.settings, **wanted.settings}
    found = [one for one in there.settings.values() if one.kind in kinds]
    return collect(
        _seen(one, asked.get(identity_of(one))) for one in found if one.kind != USER or identity_of(one) in asked
    )


def _seen(one: Setting, wanted: Setting | None) -> Setting:
    asked = wanted.value if wanted else {}
    kept = asked if one.kind in (VHOST, USER) else one.value
    value = {key: _with_references(each, asked.get(key)) for key, each in one.value.items() if key in kept}
    return replace(one, value=value)


def _with_references(value: object, asked: object) -> Any:
    if is_reference(asked):
        return asked
    if isinstance(value, dict) and isinstance(asked, dict):
        return {key: _with_references(one, asked.get(key)) for key, one in value.items()}
    if isinstance(value, list) and isinstance(asked, list) and len(value) == len(asked):
        return [_with_references(*pair) for pair in zip(value, asked, strict=True)]
    return value
