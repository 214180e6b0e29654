"""The ledgers of a vhost, kept on the broker itself as global parameters."""

from dataclasses import dataclass

from edatool.broker.address import Address
from edatool.broker.management import Management
from edatool.change.ledger import Ledger, from_json, to_json
from edatool.change.ownership import Ownership, ownership
from edatool.errors import BrokerRefused, BrokerUnreachable

PREFIX = "edatool:"


@dataclass(frozen=True, slots=True)
class Ledgers:
    """The ledger of one spec, empty before its first apply, and those of the other specs on the vhost.

    ``refused`` says why they cannot be read; then nobody knows which objects are whose.
    """

    ours: Ledger
    others: tuple[Ledger, ...] = ()
    refused: str | None = None

    @property
    def ownership(self) -> Ownership | None:
        """Whose the objects of the vhost are, None where nobody knows."""
        return None if self.refused else ownership(self.ours, self.others)


def read(address: Address, vhost: str, spec: str) -> Ledgers:
    """Read the ledgers of a vhost, as far as the user may.

    Raises:
        NeedsPerson: a ledger is damaged, or of a later format.
        BrokerError: the management API does not answer, or not as it should.
    """
    nothing = Ledger(spec, vhost)
    if address.management is None:
        return Ledgers(nothing, refused="there is no management API to keep the ledger with")
    try:
        with Management(address, vhost) as management:
            parameters = management.global_parameters()
    except BrokerRefused:
        way_out = "give it the tag policymaker"
        return Ledgers(nothing, refused=f"{address.user!r} may not keep a ledger on the broker: {way_out}")
    found = [
        from_json(value)
        for name, value in parameters.items()
        if name.startswith(PREFIX) and isinstance(value, dict) and value.get("vhost") == vhost
    ]
    ours = next((one for one in found if one.spec == spec), nothing)
    return Ledgers(ours, tuple(one for one in found if one.spec != spec))


def write(address: Address, ledger: Ledger) -> None:
    """Keep a ledger; one without objects and replacements is removed.

    Raises:
        BrokerError: the broker did not take it.
    """
    if address.management is None:
        raise BrokerUnreachable("the ledger is kept with the management API: name it with --management")
    name = f"{PREFIX}{ledger.vhost}:{ledger.spec}"
    with Management(address, ledger.vhost) as management:
        if ledger.objects.size or ledger.replacing:
            management.put_global_parameter(name, to_json(ledger))
        else:
            management.delete_global_parameter(name)
