"""Delays without a plugin: a chain of queues in which a message waits powers of two of a second.

What is delayed is published to ``NAME.delay`` with a header for each level in whose queue it is to wait::

    NAME.delay --> level n --(its header)--> queue n --(expired)--> level n-1
                       |                                               |
                       +--(alternate: no such header)--> level n-1     +--> ... --> due --> the event's exchange

Levels are headers exchanges, so the routing keys stay what they were, those in CC and BCC too: where it is due, the
message is routed as if it was published then. It passes each queue once at most, so no dead-lettering takes its way
for a circle.
"""

from collections.abc import Iterator

from edatool.frozen import frozen
from edatool.routing.dead_letter import dead_letter
from edatool.routing.lowering.generated import fitting
from edatool.routing.message import EXCHANGE, KEY, Message
from edatool.routing.router import Router
from edatool.routing.topology import Binding, Exchange, Object, Queue
from edatool.routing.trace import Trace
from edatool.spec.spec import Spec

DOUBLED = 22
"""Levels of which each waits twice as long as the one below; further ones wait as long as the last one would.

RabbitMQ takes a TTL of 4,294,967,295 ms at most (``MAX_EXPIRY_TIMER`` in rabbit.hrl), which is less than 2**23 s.
"""


@frozen
class Delays:
    """The delays of a spec, up to ``longest`` seconds."""

    spec: str
    longest: int

    @property
    def entry(self) -> str:
        """The exchange to which a message is published that is to be delayed."""
        return fitting(f"edatool.{self.spec}.delay")

    @property
    def due(self) -> str:
        """The exchange that a message reaches when it is due."""
        return fitting(f"edatool.{self.spec}.delay.due")

    @property
    def waits(self) -> tuple[int, ...]:
        """The seconds of each level, from the lowest on."""
        doubled = min(DOUBLED, self.longest.bit_length())
        return (*(2**level for level in range(doubled)), *[2**DOUBLED] * (self.longest >> DOUBLED))

    def level(self, number: int) -> str:
        """Return what the exchange and the queue of a level are called."""
        return fitting(f"edatool.{self.spec}.delay.{number}")

    def delayed(self, message: Message, seconds: int) -> Message:
        """Return a message as it is published to be routed after so many seconds, ``longest`` at most."""
        low, high = seconds % 2**DOUBLED, seconds >> DOUBLED
        levels = [one for one in range(DOUBLED) if low >> one & 1] + [DOUBLED + one for one in range(high)]
        headers = {_header(one): True for one in levels}
        where = {EXCHANGE: message.exchange, KEY: message.key}
        return Message(self.entry, message.key, {**message.headers, **where, **headers})


def delays_of(spec: Spec) -> Delays | None:
    """Return the delays that a spec declares, None where it declares none."""
    return None if spec.longest_delay is None else Delays(spec.name, spec.longest_delay)


def generated_delays(spec: Spec) -> Iterator[Object]:
    """Yield what RabbitMQ has to have for the delays of a spec."""
    delays = delays_of(spec)
    if delays is None:
        return
    yield Exchange(delays.due, "headers", internal=True)
    for name in dict.fromkeys(one.exchange for one in spec.events.values()):
        arguments = {"x-match": "all-with-x", EXCHANGE: name}
        yield Binding(delays.due, name, to_exchange=True, arguments=arguments)
    below = delays.due
    for number, seconds in enumerate(delays.waits):
        level = delays.level(number)
        yield Exchange(level, "headers", internal=True, arguments={"alternate-exchange": below})
        yield Queue(level, arguments=_arguments(seconds, below))
        yield Binding(level, level, arguments={"x-match": "all-with-x", _header(number): True})
        below = level
    # By a binding, and not as one of the levels: another longest delay then replaces no exchange.
    yield Exchange(delays.entry, "fanout")
    yield Binding(delays.entry, below, to_exchange=True)


def when_due(router: Router, delays: Delays, trace: Trace) -> tuple[list[int], Trace]:
    """Follow a delayed message; return the seconds that it waits in each queue, and its way when it is due."""
    waits = {delays.level(number): seconds for number, seconds in enumerate(delays.waits)}
    waited: list[int] = []
    while len(trace.queues) == 1 and trace.queues[0] in waits and trace.letter:
        waited.append(waits[trace.queues[0]])
        passage = dead_letter(router, trace.letter, trace.queues[0], "expired")
        assert passage.trace
        trace = passage.trace
    return waited, trace


def _header(level: int) -> str:
    return f"x-edatool-delay-{level}"


def _arguments(seconds: int, below: str) -> dict[str, object]:
    return {
        "x-queue-type": "quorum",
        "x-message-ttl": seconds * 1000,
        "x-dead-letter-exchange": below,
        # Without at-least-once a quorum queue may lose dead letters; that strategy requires reject-publish.
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
