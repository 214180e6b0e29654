"""Specs that lie on the broker, as global parameters beside the ledgers."""

from collections.abc import Mapping
from typing import Any

from edatool.broker.http.management import Management
from edatool.broker.http.parameter_names import former_name, name_of, spoken_of
from edatool.broker.session import Session
from edatool.errors import BrokerRefused, BrokerUnreachable, NeedsPerson

PREFIX = "edatool-spec:"


def read(session: Session, spec: str) -> Mapping[str, Any]:
    """Return what is kept of a spec.

    Raises:
        NeedsPerson: something else lies there.
        BrokerRefused: there is no such spec, or the user may not read it.
        BrokerUnreachable: nobody answers.
    """
    management, vhost, address = _management(session), session.vhost, session.address
    name, former = _names(vhost, spec)
    try:
        found = {one: management.read_global_parameter(one) for one in {name, former}}
    except BrokerRefused:
        way_out = "give it the tag policymaker, or take the spec from files or a package"
        raise BrokerRefused(f"{address.user!r} may not read the specs on {address}: {way_out}") from None
    if found[name] is None and spoken_of(PREFIX, former, found[former]) == (vhost, spec):
        name = former
    value = found[name]
    if value is None:
        raise BrokerRefused(f"{address} keeps no spec {spec!r} for the vhost {vhost!r}: apply it there first")
    if spoken_of(PREFIX, name, value) != (vhost, spec):
        raise NeedsPerson(f"the global parameter {name!r} is not the spec {spec!r} that edatool keeps: apply it again")
    return dict(value)


def among(parameters: Mapping[str, Any], vhost: str, spec: str) -> Mapping[str, Any] | None:
    """Return what is kept of a spec among global parameters, None where nothing is."""
    named = [name for name in _names(vhost, spec) if spoken_of(PREFIX, name, parameters.get(name)) == (vhost, spec)]
    return dict(parameters[named[0]]) if named else None


def write(session: Session, spec: str, value: Mapping[str, Any] | None) -> bool:
    """Keep a spec, None to keep it no longer; return False where that was so already.

    Raises:
        BrokerError: the broker did not take it.
    """
    management, vhost = _management(session), session.vhost
    name, former = _names(vhost, spec)
    if former != name and spoken_of(PREFIX, former, management.read_global_parameter(former)) == (vhost, spec):
        management.delete_global_parameter(former)
    if value == management.read_global_parameter(name):
        return False
    if value is None:
        management.delete_global_parameter(name)
    else:
        management.put_global_parameter(name, value)
    return True


def _management(session: Session) -> Management:
    if session.address.management is None:
        raise BrokerUnreachable("specs on the broker are read with the management API: name it with --management")
    return session.http


def _names(vhost: str, spec: str) -> tuple[str, str]:
    """Return the name of the parameter, and what it was called once."""
    return name_of(PREFIX, vhost, spec), former_name(PREFIX, vhost, spec)
