"""Whose the objects of a vhost are."""

from collections.abc import Iterable, Mapping
from dataclasses import field

from edatool.change.ledger import Ledger
from edatool.frozen import frozen
from edatool.routing.topology import Identity, Object, Topology, identity_of


@frozen
class Ownership:
    """The objects that are ours, and the specs that others' objects are from; what is in neither is nobody's."""

    ours: Topology = field(default_factory=Topology)
    others: Mapping[Identity, str] = field(default_factory=dict)
    _own: frozenset[Identity] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_own", frozenset(identity_of(one) for one in self.ours.objects))

    def is_ours(self, one: Object) -> bool:
        """Tell whether an object was made or adopted from our spec."""
        return identity_of(one) in self._own

    def owner(self, one: Object) -> str | None:
        """Return the name of the other spec that an object is from."""
        return self.others.get(identity_of(one))


def ownership(ours: Ledger, others: Iterable[Ledger]) -> Ownership:
    """Read from ledgers whose objects are whose."""
    owners = {identity_of(one): ledger.spec for ledger in others for one in ledger.objects.objects}
    return Ownership(ours.objects, owners)
