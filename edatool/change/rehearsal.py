"""Routing tests run on a real broker, in a vhost of their own that is gone afterwards."""

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from edatool.broker.address import Address
from edatool.broker.consume.peek import peek, reject
from edatool.broker.identity import require_one_broker
from edatool.broker.message import AmqpMessage
from edatool.broker.publish.publishing import Publishing
from edatool.broker.session import Session
from edatool.change.apply import apply
from edatool.change.plan import plan_apply
from edatool.errors import BrokerUnreachable
from edatool.routing.dead_letter import dead_letter
from edatool.routing.message import Refusal
from edatool.routing.router import Router
from edatool.routing.topology import Queue, Topology
from edatool.routing.trace import Trace
from edatool.routing.verify import Verified, explained, judge

ROUTING_ARGUMENTS = ("x-queue-type", "x-dead-letter-exchange", "x-dead-letter-routing-key")
PATIENCE = 5.0
"""Seconds within which a dead letter has to arrive."""


def rehearse(results: Sequence[Verified], router: Router, address: Address) -> list[Verified]:
    """Publish the messages of tests on a broker, and return the results with what differs there among the problems.

    ``router`` is the topology with which the results were simulated. It is applied to a new vhost, without the limits
    and times of its queues, which would make messages leave before they are looked at. What the broker does must be
    what was expected, and what was simulated. Dead letters are rehearsed where the reason is ``rejected``; those of
    streams and other reasons are simulated only.

    Raises:
        BrokerUnreachable: there is no broker, or no management API, which creates the vhost.
        BrokerRefused: the user is no administrator.
    """
    if address.management is None:
        raise BrokerUnreachable("a vhost for the tests is created by the management API: name it with --management")
    with Session(address, address.vhost or "/") as asked:
        require_one_broker(asked)
    topology = _only_routing(router.topology)
    with _scratch_vhost(address) as session:
        apply(plan_apply(topology, Topology()), session)
        refusals = _publish(results, session)
        reached = _reached(topology, session, len(results))
        judged = [
            _judged(one, Trace(None, queues=tuple(sorted(reached[number])), refused=refusals.get(number)))
            for number, one in enumerate(results)
        ]
        return [explained(one, router) for one in _with_dead_letters(judged, router, session)]


@contextmanager
def _scratch_vhost(address: Address) -> Iterator[Session]:
    with Session(address, f"edatool-test-{secrets.token_hex(4)}") as session:
        session.http.create_vhost()
        try:
            yield session
        finally:
            session.http.delete_vhost()


def _only_routing(topology: Topology) -> Topology:
    queues = {name: replace(one, arguments=_routing_arguments(one)) for name, one in topology.queues.items()}
    return replace(topology, queues=queues)


def _routing_arguments(queue: Queue) -> Mapping[str, object]:
    return {name: value for name, value in queue.arguments.items() if name in ROUTING_ARGUMENTS}


def _publish(results: Sequence[Verified], session: Session) -> dict[int, Refusal]:
    """Publish each message under its number as id; return the refusals."""
    publishing = Publishing(session.address, session.vhost)
    refusals = {}
    for number, result in enumerate(results):
        if result.message is None:
            continue
        one, body = result.message, b"{}"
        message = AmqpMessage(one.exchange, one.key, one.headers, body, result.event or "", str(number), "", 0)
        outcome, reason = publishing.send(message)
        if outcome in ("nacked", "unknown"):
            refusals[number] = Refusal(0, reason)
    publishing.close()
    return refusals


def _reached(topology: Topology, session: Session, count: int) -> list[set[str]]:
    reached: list[set[str]] = [set() for _ in range(count)]
    for name, queue in topology.queues.items():
        for held in peek(session, queue, most=count):
            reached[int(held.message_id)].add(name)
    return reached


def _judged(result: Verified, real: Trace) -> Verified:
    if result.trace is None:
        return result
    problems = [f"on the broker: {problem}" for problem in judge(result.test, real)]
    simulated = result.trace
    if not (set(simulated.queues) <= set(real.queues) <= {*simulated.queues, *simulated.maybe}):
        problems.append(
            f"on the broker it reaches {', '.join(real.queues) or 'no queue'}, and the simulator says "
            f"{', '.join(simulated.queues) or 'no queue'}: please report this"
        )
    return replace(result, problems=(*result.problems, *problems))


def _with_dead_letters(results: Sequence[Verified], router: Router, session: Session) -> Iterator[Verified]:
    for number, result in enumerate(results):
        after, trace = result.test.dead_letter, result.trace
        queue = router.topology.queues.get(after.queue) if after else None
        rehearsed = after and after.reason == "rejected" and queue and queue.type != "stream"
        if not (rehearsed and queue and trace and trace.letter and queue.name in trace.queues):
            yield result
            continue
        expected = set(dead_letter(router, trace.letter, queue.name, "rejected").queues)
        before = {name for name in expected if _holds(router, session, name, number)}
        reject(session, queue, {str(number)})
        missing = _await(expected - before, router, session, number)
        problem = f"on the broker, rejected by {queue.name}, it does not come to {', '.join(sorted(missing))}"
        yield replace(result, problems=(*result.problems, problem)) if missing else result


def _await(names: set[str], router: Router, session: Session, number: int) -> set[str]:
    """Wait until a message is in all these queues; return those in which it is not when patience ends."""
    deadline = time.monotonic() + PATIENCE
    while names and time.monotonic() < deadline:
        names = {name for name in names if not _holds(router, session, name, number)}
    return names


def _holds(router: Router, session: Session, name: str, number: int) -> bool:
    held = peek(session, router.topology.queues[name], most=1000)
    return any(one.message_id == str(number) for one in held)
