"""Where RabbitMQ routes a message."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from edatool.routing import match
from edatool.routing.message import Letter, Message, Refusal, accept
from edatool.routing.router import Router, router
from edatool.routing.topology import Binding, Topology
from edatool.routing.trace import Hop, Trace
from edatool.routing.version import NEWEST, Version


def simulate(topology: Topology, message: Message, version: Version = NEWEST, *, explain: bool = True) -> Trace:
    """Route one message; for many messages on one topology, lay it out once and use ``route``."""
    return route(router(topology, version), message, explain=explain)


def route(router: Router, message: Message, *, explain: bool = False) -> Trace:
    """Route a message as its publisher sends it; ``explain`` adds why bindings did not match."""
    letter = _refusal(router, message.exchange) or accept(message)
    if isinstance(letter, Refusal):
        return Trace(None, refused=letter)
    return deliver(router, letter, explain=explain)


def deliver(router: Router, letter: Letter, *, explain: bool = False) -> Trace:
    """Route a message that is inside the broker, where nothing is refused."""
    hops = _walk(router, letter, explain=explain)
    possible = _queues(hops.values())
    if not any(hop.choices or hop.undecided for hop in hops.values()):
        return Trace(letter, tuple(hops.values()), tuple(sorted(possible)), doubts=router.doubts)
    sure = _queues(_certain(hops, letter.exchange))
    doubts = {one.why: None for hop in hops.values() for one in hop.undecided}
    return Trace(
        letter,
        tuple(hops.values()),
        tuple(sorted(sure)),
        tuple(sorted(possible - sure)),
        (*router.doubts, *doubts),
    )


def _refusal(router: Router, exchange: str) -> Refusal | None:
    source = router.sources.get(exchange)
    if source is None and exchange:
        return Refusal(404, f"there is no exchange {exchange!r}")
    if source and source.exchange.internal:
        return Refusal(403, f"exchange {exchange!r} is internal")
    return None


def _walk(router: Router, letter: Letter, *, explain: bool) -> dict[str, Hop]:
    """Visit every exchange that the message may come to, each once."""
    if letter.exchange == "":
        return {"": _default(router, letter)}
    hops: dict[str, Hop] = {}
    waiting = [letter.exchange]
    for name in waiting:
        if name not in hops and name in router.sources:
            hops[name] = _visit(router, name, letter, explain=explain)
            waiting += _onward(hops[name])
    return hops


def _default(router: Router, letter: Letter) -> Hop:
    """Find the queues that are named by the keys, as if each were bound by its name."""
    names = [key for key in dict.fromkeys(letter.keys) if key in router.topology.queues]
    return Hop("", "direct", tuple(Binding("", name, key=name) for name in names))


def _visit(router: Router, name: str, letter: Letter, *, explain: bool) -> Hop:
    source = router.sources[name]
    hop = match.hop(source, letter)
    if source.alternate is not None and not (hop.matched or hop.choices):
        hop = replace(hop, alternate=source.alternate)
    return replace(hop, missed=match.missed(source, hop, letter, router.version)) if explain else hop


def _onward(hop: Hop) -> list[str]:
    """Name the exchanges that the message may come to from here."""
    exchanges = [binding.destination for binding in hop.possible if binding.to_exchange]
    return exchanges if hop.alternate is None else [*exchanges, hop.alternate]


def _queues(hops: Iterable[Hop]) -> set[str]:
    return {one.destination for hop in hops for one in hop.possible if not one.to_exchange}


def _certain(hops: dict[str, Hop], start: str) -> Iterator[Hop]:
    """Walk again, only along what is sure, and yield the hops with nothing else in them."""
    waiting, seen = [start], set()
    for name in waiting:
        if name not in seen and name in hops:
            seen.add(name)
            hop = hops[name]
            yield Hop(name, hop.type, tuple(hop.sure))
            waiting += [one.destination for one in hop.sure if one.to_exchange]
            waiting += [hop.alternate] if hop.alternate and not hop.undecided else []
