"""Queues as routes.yaml has them."""

from collections.abc import Sequence
from typing import Any

from edatool.routing.bindings import BUILT_IN
from edatool.routing.compile import retry_queue, retry_queue_name
from edatool.routing.topology import Arguments, Queue, Topology
from edatool.spec.quantity import as_duration
from edatool.spec.rabbitmq.arguments import ARGUMENTS
from edatool.spec.rabbitmq.readable import readable

Plain = dict[str, Any]

EXCHANGE, KEY, STRATEGY = "x-dead-letter-exchange", "x-dead-letter-routing-key", "x-dead-letter-strategy"


def written(there: Topology) -> dict[str, Plain]:
    """Return the queues of a topology, all of which routes.yaml can say; the type always comes first."""
    waits = retries(there)
    folded = {retry_queue_name(name, wait) for name, each in waits.items() for wait in each}
    return {name: _written(one, waits.get(name, ()), there) for name, one in there.queues.items() if name not in folded}


def retries(there: Topology) -> dict[str, list[int]]:
    """Return the waits, in milliseconds, of the queues that have delay queues exactly as ``retry`` makes them.

    A delay queue that is bound stays a queue of its own, for a binding names a declared queue.
    """
    bound = {one.destination for one in there.bindings.values() if not one.to_exchange}
    waits: dict[str, list[int]] = {}
    folded: set[str] = set()
    # The shortest names first: what is folded into a queue has none folded into itself.
    for one in sorted(there.queues.values(), key=lambda one: (len(one.name), one.name)):
        base, wait = there.queues.get(one.name.rpartition(".retry.")[0]), one.arguments.get("x-message-ttl")
        if not base or base.type == "stream" or not isinstance(wait, int) or wait <= 0:
            continue
        is_made = one == retry_queue(base.name, base.type, base.durable, wait)
        if is_made and base.name not in folded and one.name not in bound:
            folded.add(one.name)
            waits.setdefault(base.name, []).append(wait)
    return {name: sorted(found) for name, found in waits.items()}


def _written(one: Queue, waits: Sequence[int], there: Topology) -> Plain:
    arguments = {name: value for name, value in one.arguments.items() if name != "x-queue-type"}
    value: Plain = {"type": one.type}
    if not one.durable:
        value["durable"] = False
    if one.auto_delete:
        value["auto_delete"] = True
    value |= _settings(arguments)
    letter = _dead_letter(arguments, there)
    if letter:
        value["dead_letter"] = letter
    if waits:
        value["retry"] = [as_duration(wait) for wait in waits]
    raw = {
        name: inner
        for name, inner in sorted(arguments.items())
        if not readable(name, inner) and not (letter and name in (EXCHANGE, KEY, STRATEGY))
    }
    return {**value, "arguments": raw} if raw else value


def _settings(arguments: Arguments) -> Plain:
    found = dict(one for name, inner in arguments.items() if (one := readable(name, inner)))
    return {name: found[name] for name in ARGUMENTS if name in found}


def _dead_letter(arguments: Arguments, there: Topology) -> Plain | None:
    """Return dead-lettering in readable form where the rules of the format allow it, else it stays arguments."""
    exchange, key, strategy = (arguments.get(name) for name in (EXCHANGE, KEY, STRATEGY))
    if EXCHANGE not in arguments or astray(arguments, there) or key == "":
        return None
    if strategy not in (None, "at-most-once", "at-least-once"):
        return None
    if strategy == "at-least-once" and arguments.get("x-overflow") != "reject-publish":
        return None
    letter = {"exchange": exchange, "key": key, "strategy": strategy}
    return {name: inner for name, inner in letter.items() if inner is not None}


def astray(arguments: Arguments, there: Topology) -> str | None:
    """Say what a queue's dead letters are meant for and is not there, None where it is."""
    exchange, key = arguments.get(EXCHANGE), arguments.get(KEY)
    if exchange is None or exchange in BUILT_IN or exchange in there.exchanges:
        return None
    if exchange:
        return f"the exchange {exchange!r}"
    return None if key is None or key in there.queues else f"the queue {key!r}"
