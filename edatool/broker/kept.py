"""Specs that lie on the broker, as global parameters beside the ledgers."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from edatool.broker.address import Address
from edatool.broker.management import Management
from edatool.errors import BrokerRefused, BrokerUnreachable

PREFIX = "edatool-spec:"


def read(address: Address, vhost: str, spec: str) -> Mapping[str, Any]:
    """Return what is kept of a spec.

    Raises:
        BrokerRefused: there is no such spec, or the user may not read it.
        BrokerUnreachable: nobody answers.
    """
    with _management(address, vhost) as management:
        try:
            found = _read(management, vhost, spec)
        except BrokerRefused:
            way_out = "give it the tag policymaker, or take the spec from files or a package"
            raise BrokerRefused(f"{address.user!r} may not read the specs on {address}: {way_out}") from None
        if found is None:
            raise BrokerRefused(f"{address} keeps no spec {spec!r} for the vhost {vhost!r}: apply it there first")
        return found


def write(address: Address, vhost: str, spec: str, value: Mapping[str, Any] | None) -> bool:
    """Keep a spec, None to keep it no longer; return False where that was so already.

    Raises:
        BrokerError: the broker did not take it.
    """
    with _management(address, vhost) as management:
        if value == _read(management, vhost, spec):
            return False
        if value is None:
            management.delete_global_parameter(_name(vhost, spec))
        else:
            management.put_global_parameter(_name(vhost, spec), value)
    return True


def _management(address: Address, vhost: str) -> Management:
    if address.management is None:
        raise BrokerUnreachable("specs on the broker are read with the management API: name it with --management")
    return Management(address, vhost)


def _read(management: Management, vhost: str, spec: str) -> Mapping[str, Any] | None:
    found = management.get(f"global-parameters/{quote(_name(vhost, spec), safe='')}")
    value = found and found.get("value")
    return value if isinstance(value, dict) else None


def _name(vhost: str, spec: str) -> str:
    return f"{PREFIX}{vhost}:{spec}"
