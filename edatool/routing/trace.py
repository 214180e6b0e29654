"""Where a message goes, and why."""

from edatool.frozen import frozen
from edatool.routing.message import Letter, Refusal
from edatool.routing.topology import Binding


@frozen
class Missed:
    """A binding that did not match, and why: ``word 2 is 'eu', not 'us'``."""

    binding: Binding
    why: str


@frozen
class RandomChoice:
    """One of the bindings between which chance decides; its share is ``weight`` of the sum of all weights."""

    binding: Binding
    weight: int


@frozen
class Hop:
    """What one exchange did: ``alternate`` is where the message went because nothing matched.

    Exactly one of ``choices`` gets the message. ``undecided`` bindings, and the alternate beside them, may or may
    not: those cannot be simulated. ``missed`` is filled in on request only. ``delay`` is how many milliseconds a
    delayed exchange waits before, None where it is no such exchange.
    """

    exchange: str
    type: str
    matched: tuple[Binding, ...] = ()
    missed: tuple[Missed, ...] = ()
    choices: tuple[RandomChoice, ...] = ()
    undecided: tuple[Missed, ...] = ()
    alternate: str | None = None
    delay: int | None = None

    @property
    def sure(self) -> list[Binding]:
        """The bindings that the message takes for certain."""
        places = {(choice.binding.to_exchange, choice.binding.destination) for choice in self.choices}
        return [*self.matched, *(choice.binding for choice in self.choices if len(places) == 1)]

    @property
    def possible(self) -> list[Binding]:
        """The bindings that the message may take."""
        return [
            *self.matched,
            *(choice.binding for choice in self.choices),
            *(one.binding for one in self.undecided),
        ]


@frozen
class Trace:
    """The way of one message.

    ``queues`` get one copy each, for certain; ``maybe`` are those that depend on chance or on what cannot be
    simulated, which ``doubts`` names. Where ``refused`` says why, the message went nowhere.
    """

    letter: Letter | None
    hops: tuple[Hop, ...] = ()
    queues: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    refused: Refusal | None = None

    @property
    def unroutable(self) -> bool:
        """Whether it was accepted and surely reaches no queue: a mandatory message is returned."""
        return not (self.queues or self.maybe or self.refused)
