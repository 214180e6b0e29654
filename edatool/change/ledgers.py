"""The ledgers of a vhost, kept on the broker itself as global parameters."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from edatool.broker.http import mark
from edatool.broker.http.management import Management
from edatool.broker.http.parameter_names import former_name, may_be_about, name_of, spoken_of
from edatool.broker.session import Session
from edatool.change.ledger import Ledger
from edatool.change.ledger_format import damaged, from_json, to_json
from edatool.change.ownership import Ownership, ownership
from edatool.errors import BrokerRefused, BrokerUnreachable
from edatool.frozen import frozen

PREFIX = "edatool:"


@frozen
class Ledgers:
    """The ledger of one spec, empty before its first apply, and those of the other specs on the vhost.

    ``refused`` says why they cannot be read; then nobody knows which objects are whose. ``outlived`` tells that there
    is a ledger of the spec which is about an earlier vhost of that name, and says nothing of this one.
    """

    ours: Ledger
    others: tuple[Ledger, ...] = ()
    refused: str | None = None
    outlived: bool = False

    @property
    def ownership(self) -> Ownership | None:
        """Whose the objects of the vhost are, None where nobody knows."""
        return None if self.refused else ownership(self.ours, self.others)


def read(session: Session, spec: str) -> Ledgers:
    """Read the ledgers of a vhost, as far as the user may; those of an earlier vhost of that name do not count.

    Raises:
        NeedsPerson: a ledger is damaged, or of a later format.
        BrokerError: the management API does not answer, or not as it should.
    """
    nothing, vhost = Ledger(spec, session.vhost), session.vhost
    if session.address.management is None:
        return Ledgers(nothing, refused="there is no management API to keep the ledger with")
    try:
        names = [one for one in session.http.read_global_parameter_names() if may_be_about(PREFIX, one, vhost)]
        parameters = {name: session.http.read_global_parameter(name) for name in names}
    except BrokerRefused:
        way_out = "give it the tag policymaker"
        return Ledgers(nothing, refused=f"{session.address.user!r} may not keep a ledger on the broker: {way_out}")
    return among(parameters, vhost, spec, lambda: mark.read(session.http))


def among(parameters: Mapping[str, Any], vhost: str, spec: str, identity: Callable[[], str | None]) -> Ledgers:
    """Return the ledgers of a vhost among global parameters; ``identity`` tells that of the vhost where there are any.

    Raises:
        NeedsPerson: a ledger is damaged, or of a later format.
    """
    found = {one.spec: one for one in _of_vhost(parameters, vhost)}
    there = identity() if found else None
    good = {name: one for name, one in found.items() if one.mark in (None, there)}
    outlived = spec in found and spec not in good
    return Ledgers(good.pop(spec, Ledger(spec, vhost)), tuple(good.values()), outlived=outlived)


def marked(session: Session, ledger: Ledger) -> Ledger:
    """Return a ledger with the identity of its vhost, which gets one if it has none.

    Raises:
        NeedsPerson, BrokerError: as of ``mark.make``.
    """
    return replace(ledger, mark=mark.make(session))


def write(session: Session, ledger: Ledger) -> None:
    """Keep a ledger; one that holds nothing and awaits nothing is removed, and the vhost's mark with the last one.

    Raises:
        BrokerError: the broker did not take it.
    """
    if session.address.management is None:
        raise BrokerUnreachable("the ledger is kept with the management API: name it with --management")
    name, management = name_of(PREFIX, ledger.vhost, ledger.spec), session.http
    if ledger.objects.size or ledger.replacing or not ledger.complete:
        management.put_global_parameter(name, to_json(ledger))
    else:
        management.delete_global_parameter(name)
        if not any(may_be_about(PREFIX, one, ledger.vhost) for one in management.read_global_parameter_names()):
            mark.delete(session)
    _delete_former(management, ledger)


def _of_vhost(parameters: Mapping[str, Any], vhost: str) -> Iterator[Ledger]:
    """Yield the ledgers among parameters that may be about a vhost.

    Of one that is there under both its names, the one of today comes last.
    """
    for name in sorted(parameters, key=lambda one: one.count(":"), reverse=True):
        about = spoken_of(PREFIX, name, parameters[name])
        if about is None:
            raise damaged(f"a ledger of the vhost {vhost!r}", name, "it is not what edatool writes")
        if about[0] == vhost:
            yield from_json(parameters[name], name)


def _delete_former(management: Management, ledger: Ledger) -> None:
    """Delete the parameter in which the ledger was kept under its former name; another spec's may have that name."""
    name, about = former_name(PREFIX, ledger.vhost, ledger.spec), (ledger.vhost, ledger.spec)
    if name != name_of(PREFIX, *about) and spoken_of(PREFIX, name, management.read_global_parameter(name)) == about:
        management.delete_global_parameter(name)
