"""The exchanges, queues and bindings by which RabbitMQ carries out filters.

Filters by headers: a headers exchange between the exchange and the destinations. Filters by stamps::

    events --(keys of the bindings)--> NAME.filters --(mark)--> NAME.stamps --(stamp)--> destination
                                            |                        |
                                            |                        +--(full destination)--> queue NAME.intake.stuck
                                            |
                                            +--(alternate: no current mark)--> NAME.intake --> queue NAME.intake
"""

from collections.abc import Iterator

from edatool.frozen import frozen
from edatool.routing.bindings import bindings_of
from edatool.routing.lowering.hash import sha256
from edatool.routing.lowering.lowering import Filtering, Pushed
from edatool.routing.lowering.pushed import Bound
from edatool.routing.lowering.stamps import ROUTER, mark, pattern, stamp, stuck
from edatool.routing.topology import Binding, Exchange, Object, Queue
from edatool.spec.short_string import SHORT_STRING_BYTES
from edatool.spec.spec import Spec


@frozen
class Names:
    """What the generated exchanges and queues of a spec are called."""

    filters: str
    """The exchange that tells current marks from everything else; the router publishes to it."""
    stamps: str
    intake: str
    """An exchange and a queue: the messages whose filters the router is to evaluate."""
    refused: str
    """The queue of those that it cannot evaluate."""
    stuck: str
    """The queue of those that wait for a destination which does not take them."""


def names(spec: str) -> Names:
    """Return the names of the exchanges and queues that are generated for the spec of this name."""
    own = f"edatool.{spec}"
    ends = ("filters", "stamps", "intake", "intake.refused", "intake.stuck")
    return Names(*(fitting(f"{own}.{end}") for end in ends))


def generated(spec: Spec, found: Filtering) -> Iterator[Object]:
    """Yield what RabbitMQ has to have for the filters of a spec."""
    for one in found.pushed:
        yield from _by_bindings(spec, one)
    if found.stamped:
        yield from _by_stamps(spec, found)


def _by_bindings(spec: Spec, one: Pushed) -> Iterator[Object]:
    destination, to_exchange = one.binding.destination, one.binding.to_exchange is not None
    for way in one.ways:
        if not way.headers:
            yield Binding(way.source, destination, to_exchange, way.key)
            continue
        between = _between(spec, way)
        x_match = "all-with-x" if any(name.startswith("x-") for name in way.headers) else "all"
        yield Exchange(between, "headers", internal=True)
        yield Binding(way.source, between, to_exchange=True, key=way.key)
        yield Binding(between, destination, to_exchange, "", {"x-match": x_match, **way.headers})


def _between(spec: Spec, way: Bound) -> str:
    return fitting(f"edatool.{spec.name}.by-header.{way.source}" + (f".{way.key}" if way.key else ""))


def fitting(name: str) -> str:
    """Return a name that AMQP takes; of one that is too long the beginning, and what tells it from others."""
    encoded = name.encode()
    if len(encoded) <= SHORT_STRING_BYTES:
        return name
    return f"{encoded[:100].decode(errors='ignore')}~{sha256(name)[:40]}"


def _by_stamps(spec: Spec, found: Filtering) -> Iterator[Object]:
    own = names(spec.name)
    yield Exchange(own.intake, "fanout", internal=True)
    yield Queue(own.intake, arguments=_intake(spec, own))
    yield Queue(own.stuck, arguments=_intake(spec, own))
    yield Binding(own.intake, own.intake)
    if spec.router.dead_letter is None:
        yield Queue(own.refused, arguments={"x-queue-type": spec.router.type})
    yield Exchange(own.stamps, "topic", internal=True)
    # Not internal, for the router publishes to it.
    yield Exchange(own.filters, "topic", arguments={"alternate-exchange": own.intake})
    yield Binding(own.filters, own.stamps, to_exchange=True, key=pattern(mark(found.digest)))
    yield Binding(own.filters, own.stamps, to_exchange=True, key=pattern(ROUTER))
    yield Binding(own.stamps, own.stuck, key=pattern(stuck(found.digest)))
    for destination, to_exchange in dict.fromkeys(one.destination for one in found.stamped):
        word = stamp(found.digest, destination, to_exchange=to_exchange)
        yield Binding(own.stamps, destination, to_exchange, pattern(word))
    for one in found.stamped:
        for each in bindings_of(spec, one.binding):
            yield Binding(each.source, own.filters, to_exchange=True, key=each.key, arguments=each.arguments)


def _intake(spec: Spec, own: Names) -> dict[str, object]:
    """Return the arguments of a queue that loses nothing: what expires or fails too often goes on as well."""
    letter = spec.router.dead_letter
    arguments: dict[str, object] = {
        "x-queue-type": spec.router.type,
        "x-dead-letter-exchange": letter.exchange if letter else "",
    }
    if letter is None or letter.key is not None:
        arguments["x-dead-letter-routing-key"] = letter.key if letter else own.refused
    # Without at-least-once a quorum queue may lose dead letters; that strategy requires reject-publish.
    safe = {"x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}
    return {**arguments, **safe} if spec.router.type == "quorum" else arguments
