"""Whether a mapping has the parameters of an operation as its targets."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from edatool.filters.paths import names_of
from edatool.frozen import frozen
from edatool.soap.parameters import Composite, Parameter
from edatool.spec.deliveries import SpecDelivery

if TYPE_CHECKING:
    from edatool.soap.operation import SoapOperation

Names = tuple[str, ...]


@frozen
class UnknownName:
    """A name of a target that nothing has where it stands, and those that are there."""

    name: str
    known: tuple[str, ...]


def parameter_at(of: Composite, target: str) -> Parameter | UnknownName:
    """Return the parameter that a target such as ``customer.id`` names."""
    inside: Composite | None = of
    for name in names_of(target):
        known = inside.parts if inside else {}
        if name not in known:
            return UnknownName(name, tuple(known))
        found = known[name]
        inside = found.type if isinstance(found.type, Composite) else None
    return found


@frozen
class CallMapping:
    """What a delivery says to an operation: its parameters, or its headers.

    ``place`` is where that stands in the delivery, and ``noun`` what a target is to people. ``is_whole``: without
    fields the whole payload is said.
    """

    of: Composite
    noun: str
    place: tuple[str, ...]
    fields: Mapping[str, str]
    constants: Mapping[str, Any]
    is_whole: bool

    @property
    def targets(self) -> list[tuple[str, str]]:
        """The targets, each behind the key that it stands below."""
        return [*(("fields", one) for one in self.fields), *(("constants", one) for one in self.constants)]

    @property
    def unknown(self) -> list[str]:
        """The targets that the operation does not have."""
        return [one for _, one in self.targets if isinstance(parameter_at(self.of, one), UnknownName)]

    @property
    def missing(self) -> list[str]:
        """What is required around the targets, and is none of them."""
        if self.is_whole and not self.fields:
            return []
        return [*_missing(self.of, [names_of(one) for _, one in self.targets], ())]


def call_mappings(delivery: SpecDelivery, operation: "SoapOperation") -> list[CallMapping]:
    """Return the mappings of a delivery that calls an operation."""
    body = CallMapping(operation.request.type, "parameter", (), delivery.fields, delivery.constants, is_whole=True)
    call = delivery.soap
    if call is None or not (call.header_fields or call.header_constants):
        return [body]
    place, fields, constants = ("soap", "headers"), call.header_fields, call.header_constants
    return [body, CallMapping(operation.header, "header", place, fields, constants, is_whole=False)]


def unanswered(of: Composite, path: str) -> str | None:
    """Return why an answer never has what a path such as ``data.bill.number`` leads to, None where it may."""
    way = names_of(path)[1:]
    for length in range(1, len(way) + 1):
        found = parameter_at(of, ".".join(way[:length]))
        if isinstance(found, UnknownName):
            return f"there is {', '.join(found.known) or 'none'}"
        if found.is_list and length < len(way):
            return f"{way[length - 1]!r} is a list, and no path leads into those"
    return None


def _missing(of: Composite, targets: Sequence[Names], way: Names) -> Iterator[str]:
    for name, part in of.parts.items():
        own = [target[1:] for target in targets if target[:1] == (name,)]
        if not own and part.is_required:
            yield ".".join((*way, name))
        elif own and () not in own and isinstance(part.type, Composite):
            yield from _missing(part.type, own, (*way, name))
