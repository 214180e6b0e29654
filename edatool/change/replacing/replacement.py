"""The replacement of a queue or an exchange by another of the same name, as a value to keep until it is done."""

import reprlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from hashlib import blake2b
from typing import Any, Literal

from edatool.frozen import frozen
from edatool.routing.topology import Binding, Exchange, Queue, Topology
from edatool.spec.short_string import SHORT_STRING_BYTES

Kind = Literal["queue", "exchange"]
PREFIX = "edatool.replace."


@frozen
class Replacement:
    """What cannot be learnt from the broker any more once a replacement has begun.

    ``before`` are all bindings from and to the object at the start, of whomever; ``after`` are those that
    it is to have at the end: what the spec declares, and what is not ours as it is. ``discard``: a person has agreed
    that messages may go.
    """

    old: Queue | Exchange
    new: Queue | Exchange
    before: tuple[Binding, ...]
    after: tuple[Binding, ...]
    discard: bool = False

    @property
    def kind(self) -> Kind:
        """queue or exchange."""
        return "queue" if isinstance(self.new, Queue) else "exchange"

    @property
    def name(self) -> str:
        """The name of both the old and the new object."""
        return self.new.name

    def helper(self, purpose: str) -> str:
        """Return the name of a helper object, such as ``edatool.replace.queue.orders.hold``."""
        start, end = f"{PREFIX}{self.kind}.", f".{purpose}"
        name = self.name.encode()
        room = SHORT_STRING_BYTES - len(start) - len(end)
        if len(name) > room:
            digest = blake2b(name, digest_size=8).hexdigest()
            return start + name[: room - len(digest)].decode(errors="ignore") + digest + end
        return start + self.name + end

    def is_helper(self, name: str) -> bool:
        """Tell whether an object of this name is one of the helpers."""
        return any(name == self.helper(purpose) for purpose in ("in", "hold", "moved", "back", "stand-in", "policy"))

    def final(self, now: Iterable[Binding]) -> list[Binding]:
        """Return the bindings to have at the end: the planned ones, and those that were added meanwhile."""
        before = {binding.identity for binding in self.before}
        after = {binding.identity: binding for binding in self.after}
        added = {one.identity: one for one in now if one.identity not in before}
        return list((after | added).values())


@frozen
class Replaced:
    """What a replacement did in this run; ``lost`` messages went with the deleted queue (none, but see the page)."""

    moved: int = 0
    lost: int = 0
    seconds: float = 0.0


def replacement(old: Queue | Exchange, new: Queue | Exchange, live: Topology, after: Iterable[Binding]) -> Replacement:
    """Return the replacement of a live object, with all bindings that it has now."""
    return Replacement(old, new, tuple(bindings_of(new, live)), tuple(after))


def bindings_of(one: Queue | Exchange, live: Topology) -> Iterator[Binding]:
    """Yield the bindings that go when an object is deleted."""
    for binding in live.bindings.values():
        to = binding.destination == one.name and binding.to_exchange == isinstance(one, Exchange)
        if to or (isinstance(one, Exchange) and binding.source == one.name):
            yield binding


def touched(one: Replacement) -> list[Queue | Exchange | Binding]:
    """Return what it takes permissions for: helper objects and a binding between them, and the bindings to be moved."""
    helpers: list[Queue | Exchange | Binding]
    if one.kind == "exchange":
        name = one.helper("stand-in")
        helpers = [Exchange(name, one.new.type), Binding(name, name, to_exchange=True)]
    else:
        name = one.helper("hold")
        helpers = [Exchange(name, "fanout"), Queue(name), Binding(name, name)]
    return [*helpers, *one.before, *one.after]


def as_json(one: Replacement) -> dict[str, Any]:
    """Return a replacement as JSON has it."""
    return {
        "kind": one.kind,
        "old": _plain(one.old),
        "new": _plain(one.new),
        "before": [_plain(binding) for binding in one.before],
        "after": [_plain(binding) for binding in one.after],
        "discard": one.discard,
    }


def from_json(fields: Mapping[str, Any]) -> Replacement:
    """Return the replacement that ``as_json`` wrote."""
    kind: Callable[..., Queue | Exchange] = Queue if fields["kind"] == "queue" else Exchange
    before, after = (tuple(Binding(**one) for one in fields[name]) for name in ("before", "after"))
    discard = fields.get("discard", False)  # earlier versions knew no such agreement
    if not isinstance(discard, bool):
        raise TypeError(f"discard is {reprlib.repr(discard)}")
    return Replacement(kind(**fields["old"]), kind(**fields["new"]), before, after, discard)


def _plain(one: Queue | Exchange | Binding) -> dict[str, Any]:
    return {**asdict(replace(one, arguments={})), "arguments": dict(one.arguments)}
