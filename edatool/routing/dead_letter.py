"""Where a message goes when a queue gives it up."""

from dataclasses import dataclass

from edatool.routing import effective
from edatool.routing.effective import DeadLetters
from edatool.routing.message import Death, Letter, Reason
from edatool.routing.router import Router
from edatool.routing.simulate import deliver
from edatool.routing.trace import Trace
from edatool.routing.version import TYPED_NUMBERS, Version


@dataclass(frozen=True, slots=True)
class Passage:
    """The way of a dead letter; ``trace`` is None where the queue has no dead-letter exchange, or a missing one.

    ``queues`` and ``maybe`` are the trace's without ``loops``: queues which the broker leaves out because the
    message died there before and was not rejected since. ``lost`` says why the message surely reaches no queue;
    where it is ``kept`` nevertheless, it waits in its queue until it can be routed.
    """

    trace: Trace | None = None
    queues: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    loops: tuple[str, ...] = ()
    lost: str | None = None
    kept: bool = False


def dead_letter(router: Router, letter: Letter, queue: str, reason: Reason, *, explain: bool = False) -> Passage:
    """Route a message that dies in a queue of the topology.

    ``letter`` is the message as it came there: the letter of the trace that led to the queue.
    """
    target = effective.dead_letters(router.topology.queues[queue], router.policies)
    if target is None:
        return Passage(lost=f"queue {queue!r} has no dead-letter exchange")
    if target.exchange and target.exchange not in router.sources:
        return Passage(lost=f"there is no dead-letter exchange {target.exchange!r}", kept=target.kept)
    dead = _buried(letter, Death(queue, reason), target, router.version)
    trace = deliver(router, dead, explain=explain)
    loops = [name for name in (*trace.queues, *trace.maybe) if _circles(name, dead)]
    queues = tuple(name for name in trace.queues if name not in loops)
    maybe = tuple(name for name in trace.maybe if name not in loops)
    lost = None
    if not queues and not maybe:
        lost = "it would go in circles" if loops else f"exchange {target.exchange!r} leads it to no queue"
    return Passage(trace, queues, maybe, tuple(loops), lost, kept=bool(lost) and target.kept)


def _buried(letter: Letter, death: Death, target: DeadLetters, version: Version) -> Letter:
    """Return the message as the dead-letter exchange sees it; BCC keys are still among its own keys."""
    deaths = (death, *(one for one in letter.deaths if one != death))
    facts = {"queue": death.queue, "reason": death.reason, "exchange": letter.exchange}
    headers = {**{f"x-first-death-{name}": value for name, value in facts.items()}, **letter.headers}
    if version >= TYPED_NUMBERS:
        headers |= {f"x-last-death-{name}": value for name, value in facts.items()}
    else:
        headers["x-death"] = []
    if target.key is None:
        return Letter(target.exchange, letter.keys, headers, deaths)
    if version < TYPED_NUMBERS:
        headers.pop("CC", None)
    return Letter(target.exchange, (target.key,), headers, deaths)


def _circles(queue: str, letter: Letter) -> bool:
    """Tell whether a message died in a queue, and was rejected neither there nor since."""
    for death in letter.deaths:
        if death.reason == "rejected":
            return False
        if death.queue == queue:
            return True
    return False
