"""What a type of exchanges has to say; there is one file for each beside this one, and ``types`` lists them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from edatool.frozen import frozen
from edatool.routing.message import Letter
from edatool.routing.topology import Binding, Exchange
from edatool.routing.trace import Hop
from edatool.routing.version import Version
from edatool.spec.template import Template

if TYPE_CHECKING:  # publishers route, and never ask what may come
    from edatool.routing.reach.flow import Flow


class Layout(Protocol):
    """The bindings of one exchange, laid out for finding those that match."""

    def match(self, letter: Letter, /) -> Hop:
        """Match a message against all bindings; those that missed are left out."""

    def may_match(self, flow: "Flow", /) -> Sequence[Binding]:
        """Return the bindings that some message of a flow may match."""


@frozen
class Alike:
    """A layout that treats all messages alike."""

    hop: Hop

    def match(self, _letter: Letter, /) -> Hop:
        """Return the same for every message."""
        return self.hop

    def may_match(self, _flow: "Flow", /) -> Sequence[Binding]:
        """Return all bindings."""
        return self.hop.possible


def other_key(binding: Binding, letter: Letter, _version: Version) -> str:
    """Say in a few words that a message has another key than a binding."""
    return f"the key is {' or '.join(map(repr, letter.keys))}, not {binding.key!r}"


def each_once(found: Iterable[Iterable[Binding]]) -> tuple[Binding, ...]:
    """Join what the keys of a message matched, each binding once."""
    return tuple({id(binding): binding for bindings in found for binding in bindings}.values())


Contained = Iterator[tuple[Binding, list[Binding]]]
Contains = Callable[[Sequence[Binding], Sequence[Binding]], Contained]


@frozen
class ExchangeType:
    """How the exchanges of a type route, and what follows for those who declare them."""

    lay_out: Callable[[Exchange, tuple[Binding, ...], Version], Layout]
    why_not: Callable[[Binding, Letter, Version], str] = other_key
    """Says in a few words why a binding does not match a message."""
    decided: bool = True
    """Whether a message says where it goes: neither chance does, nor what is not simulated."""
    matches_key: Callable[[str, str], bool] | None = None
    """Tells whether the key of a binding matches that of a message; None where other things route."""
    wildcards: bool = False
    """Whether the keys of bindings are patterns of words."""
    reads_headers: bool = False
    """Whether the arguments of bindings ask for headers."""
    event_key: Callable[[Template], str] | None = None
    """Returns the key that binds all messages of an event by its template; None where keys do not select events."""
    contained: Contains | None = None
    """Yields narrow bindings with the wide ones, besides itself, that match all messages it matches."""
    catch_all: Callable[[Exchange, str, Iterable[Binding]], list[Binding]] | None = None
    """Returns bindings to another exchange that together match whatever any of the given ones matches."""
    wrong_key: Callable[[str], str | None] | None = None
    """Says what is wrong with the key of a binding."""
    delay: Callable[[Letter], int] | None = None
    """Returns the milliseconds that a message waits before it is routed."""
    pick: Callable[[Exchange, Letter, int], int] | None = None
    """Returns a number by which one choice is made for a message; the turns count messages."""
