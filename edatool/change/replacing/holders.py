"""What holds messages while a queue is replaced."""

from edatool.change.replacing.obstacles import limited_helpers
from edatool.change.replacing.work import Work
from edatool.errors import Unsafe
from edatool.routing import effective
from edatool.routing.topology import Binding, Exchange, Queue, Topology

UNLIMITED = 1_000_000_000  # 3.10 has no word for it


def helpers(work: Work, live: Topology) -> tuple[list[Exchange | Queue], list[Binding]]:
    """Return the helper objects of a replacement, and the bindings among them."""
    entry, hold, moved, back = (work.one.helper(purpose) for purpose in ("in", "hold", "moved", "back"))
    arguments = {"x-queue-type": "quorum", "x-delivery-limit": UNLIMITED, **_dead_letters(work, live)}
    return (
        [
            Exchange(hold, "fanout", internal=True),
            Exchange(entry, "fanout", internal=True, arguments={"alternate-exchange": hold}),
            Exchange(moved, "fanout"),
            Exchange(back, "fanout"),
            Queue(hold, arguments=arguments),
            Queue(moved, arguments=arguments),
        ],
        [Binding(hold, hold), Binding(moved, moved)],
    )


def _dead_letters(work: Work, live: Topology) -> dict[str, object]:
    """Return where messages go that expire while they are held: where the new queue would send them."""
    assert isinstance(work.one.new, Queue)
    letters = effective.dead_letters(work.one.new, effective.policies(live.policies))
    if letters is None:
        return {}
    key = {} if letters.key is None else {"x-dead-letter-routing-key": letters.key}
    return {"x-dead-letter-exchange": letters.exchange, **key}


def refuse_limits(work: Work, live: Topology) -> None:
    """Refuse to hold messages where a policy, or an operator policy, would let them be dropped."""
    by_operator = {one.name: one for one in work.session.http.read_operator_policies()}
    found = [*limited_helpers(work.one, live.policies), *limited_helpers(work.one, by_operator)]
    if found:
        raise Unsafe("; ".join(found))
