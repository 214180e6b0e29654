"""Where a message goes when a queue gives it up."""

from typing import cast

from edatool.frozen import frozen
from edatool.routing import effective
from edatool.routing.effective import DeadLetters
from edatool.routing.message import Death, Headers, Letter, Reason
from edatool.routing.overriding import effective_settings
from edatool.routing.router import Router
from edatool.routing.simulate import deliver
from edatool.routing.trace import Trace
from edatool.routing.version import DEATHS_IN_ORDER, TYPED_NUMBERS, Version


@frozen
class Passage:
    """The way of a dead letter; ``trace`` is None where the queue has no dead-letter exchange, or a missing one.

    ``queues`` and ``maybe`` are the trace's without ``loops``: queues which the broker leaves out because the
    message died there before and, as far as the broker can tell, was not rejected since. ``lost`` says why the
    message surely reaches no queue; where it is ``kept`` nevertheless, it waits in its queue until it can be routed.
    """

    trace: Trace | None = None
    queues: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    loops: tuple[str, ...] = ()
    lost: str | None = None
    kept: bool = False


def dead_letter(router: Router, letter: Letter, queue: str, reason: Reason) -> Passage:
    """Route a message that dies in a queue of the topology.

    ``letter`` is the message as it came there: the letter of the trace that led to the queue.
    """
    target = effective.dead_letters(router.topology.queues[queue], router.policies)
    if target is None:
        return Passage(lost=f"queue {queue!r} has no dead-letter exchange")
    if target.exchange and target.exchange not in router.sources:
        return Passage(lost=f"there is no dead-letter exchange {target.exchange!r}", kept=_keeps(router, queue))
    dead = _buried(letter, Death(queue, reason), target, router.version)
    trace = deliver(router, dead)
    loops = [name for name in (*trace.queues, *trace.maybe) if _circles(name, dead, router.version)]
    queues = tuple(name for name in trace.queues if name not in loops)
    maybe = tuple(name for name in trace.maybe if name not in loops)
    lost = None
    if not queues and not maybe:
        lost = "it would go in circles" if loops else f"exchange {target.exchange!r} leads it to no queue"
    return Passage(trace, queues, maybe, tuple(loops), lost, kept=bool(lost) and _keeps(router, queue))


def _keeps(router: Router, queue: str) -> bool:
    """Tell whether dead letters that reach no queue stay where they are: at-least-once, which needs reject-publish."""
    settings = effective_settings(router.topology.queues[queue], router.policies, router.operators)
    held = {one.name: one.holds.value for one in settings}
    return held.get("dead-letter-strategy") == "at-least-once" and held.get("overflow") == "reject-publish"


def _buried(letter: Letter, death: Death, target: DeadLetters, version: Version) -> Letter:
    """Return the message as the dead-letter exchange sees it; BCC keys are still among its own keys."""
    headers, deaths = _headers(letter, death, version), _history(letter, death, version)
    if target.key is None:
        return Letter(target.exchange, letter.keys, headers, deaths)
    if version < TYPED_NUMBERS:
        headers.pop("CC", None)
    return Letter(target.exchange, (target.key,), headers, deaths)


def _headers(letter: Letter, death: Death, version: Version) -> dict[str, object]:
    """Add what RabbitMQ says about a death, over what the message itself claims.

    Before 3.13 a death is the first one unless there is a header ``x-death``, be it a client's.
    """
    facts = {"queue": death.queue, "reason": death.reason, "exchange": letter.exchange}
    headers = dict(letter.headers)
    if not letter.deaths if version >= TYPED_NUMBERS else "x-death" not in headers:
        headers |= {f"x-first-death-{name}": value for name, value in facts.items()}
    if version >= TYPED_NUMBERS:
        headers |= {f"x-last-death-{name}": value for name, value in facts.items()}
    else:
        headers["x-death"] = []
    return headers


def _history(letter: Letter, death: Death, version: Version) -> tuple[Death, ...]:
    """Put a death before the earlier ones, as the header ``x-death`` lists them: each queue and reason once.

    From 3.13 on the list is in order, newest first. Before, each death turns the earlier ones around: RabbitMQ
    groups them by queue and reason, and prepends group after group to a new list (``group_by_queue_and_reason`` in
    rabbit_dead_letter.erl). Of deaths in a, b, c and d the lists are a, ba, cab, dbac.
    """
    earlier = letter.deaths
    if version < TYPED_NUMBERS:
        earlier = (earlier or _claimed(letter.headers))[::-1]
    return (death, *(one for one in earlier if one != death))


def _claimed(headers: Headers) -> tuple[Death, ...]:
    """Read the deaths in the header of a message that was consumed and published again, which count before 3.13."""
    claimed = headers.get("x-death")
    tables = [one for one in claimed if isinstance(one, dict)] if isinstance(claimed, list) else []
    named = [(one.get("queue"), one.get("reason")) for one in tables]
    texts = [(queue, reason) for queue, reason in named if isinstance(queue, str) and isinstance(reason, str)]
    return tuple(dict.fromkeys(Death(queue, cast(Reason, reason)) for queue, reason in texts))


def _circles(queue: str, letter: Letter, version: Version) -> bool:
    """Tell whether RabbitMQ lists a death in a queue, and neither that one nor any before it as rejected.

    Where the list is out of order, before 3.13, it takes circles with a rejection for such without one, and the other
    way round, so that some have no end. 3.13.0 to 3.13.2 look in the order of the queues' names (``maps:keys`` in
    mc.erl, rabbitmq-server issue 11159), and so do later ones while the feature flag message_containers_deaths_v2
    is off, which is not simulated.
    """
    deaths = letter.deaths
    if TYPED_NUMBERS <= version < DEATHS_IN_ORDER:
        deaths = tuple(sorted(deaths, key=lambda one: (one.queue, one.reason)))
    for death in deaths:
        if death.reason == "rejected":
            return False
        if death.queue == queue:
            return True
    return False
