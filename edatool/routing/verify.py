"""Routing tests run on the simulator."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from edatool.contracts.contract import Contract
from edatool.contracts.violation import Violation
from edatool.frozen import frozen
from edatool.routing.addressing import address
from edatool.routing.dead_letter import Passage, dead_letter
from edatool.routing.journey import Journey, journeys
from edatool.routing.lowering.stamping import Stamping, stamped
from edatool.routing.message import Message
from edatool.routing.receiving import received
from edatool.routing.router import Router
from edatool.routing.simulate import route
from edatool.routing.trace import Trace
from edatool.spec.spec import Afterwards, Event, RoutingTest, Spec
from edatool.webhooks.webhook import BadSignature, WebhookChallenge, WebhookEvent, WebhookIgnored, WebhookUnfit

Ended = Literal["rejected", "refused", "ignored"]
"""How a request ends that becomes no event."""


@frozen
class Verified:
    """How a routing test ended: it passed where there are no ``problems``.

    Either the payload was rejected, as ``violations`` say, or ``message`` was routed as ``trace`` shows; or a request
    became no event, but ``ended`` in another way. ``event`` is the one that was published.
    Where the test asks for it, ``passage`` shows how the message is dead-lettered, and ``afterwards`` are all the
    ways that it may take from there. Of a test that failed, the trace says why bindings did not match.
    ``payload`` is that of the event, and ``message_id`` the one that it came with, if any.
    """

    test: RoutingTest
    problems: tuple[str, ...]
    message: Message | None = None
    violations: tuple[Violation, ...] = ()
    trace: Trace | None = None
    passage: Passage | None = None
    afterwards: tuple[Journey, ...] = ()
    event: str | None = None
    ended: Ended | None = None
    payload: object = None
    message_id: str | None = None

    @property
    def passed(self) -> bool:
        """Whether all is as expected."""
        return not self.problems


def verify(
    test: RoutingTest, spec: Spec, contracts: Mapping[str, Contract], router: Router, stamps: Stamping | None = None
) -> Verified:
    """Run one test of a spec without errors; ``router`` is the spec's topology, or the one to test it on.

    ``stamps`` are those that publishers of the spec add.
    """
    came = received(test.receive, spec) if test.receive else None
    if came is None:
        done = _published(test, test.publish, message_of(test, spec, contracts, stamps), router)
        event = spec.events.get(test.publish or "")
        return replace(done, payload=payload_of(test, contracts.get(event.schema or ""))) if event else done
    if not isinstance(came, WebhookEvent):
        return _without_event(test, came)
    event = spec.events[came.event]
    message = published(event, contracts.get(event.schema or ""), came.payload, stamps)
    done = replace(_published(test, event.name, message, router), payload=came.payload, message_id=came.id)
    other = test.event is not None and test.event != event.name
    return replace(done, problems=(f"it becomes {event.name}", *done.problems)) if other else done


def _without_event(
    test: RoutingTest, came: BadSignature | WebhookIgnored | WebhookUnfit | WebhookChallenge
) -> Verified:
    """Judge a test whose request becomes no event."""
    ended: Ended
    match came:
        case BadSignature(reason):
            ended, problem = "refused", f"the request is refused: {reason}"
        case WebhookIgnored(kind):
            ended, problem = "ignored", f"the request is ignored, as the source has no event for {kind!r}"
        case WebhookUnfit(violation):
            ended, problem = "rejected", f"the request becomes no event: {violation}"
        case WebhookChallenge(answer):
            ended, problem = "ignored", f"the request wants {answer!r} as its answer, and becomes no event"
    return Verified(test, () if test.expect.kind == ended else (problem,), ended=ended)


def _published(test: RoutingTest, event: str | None, message: Message | list[Violation], router: Router) -> Verified:
    if not isinstance(message, Message):
        expected = test.expect.kind == "rejected"
        broken = () if expected else ("the payload breaks its contract, and so it is not published",)
        return Verified(test, broken, violations=tuple(message), event=event)
    trace = route(router, message)
    after, problems = test.dead_letter, tuple(judge(test, trace))
    if after is None or trace.letter is None:
        return explained(Verified(test, problems, message, trace=trace, event=event), router)
    passage = dead_letter(router, trace.letter, after.queue, after.reason)
    ways = journeys(router, trace.letter, after.queue, after.reason)
    problems += tuple(_dead_letter_problems(after, trace, ways))
    done = Verified(test, problems, message, trace=trace, passage=passage, afterwards=ways, event=event)
    return explained(done, router)


def explained(result: Verified, router: Router) -> Verified:
    """Add to the trace of a failed test why bindings did not match; for all that passed it would be much work."""
    if result.passed or result.message is None:
        return result
    return replace(result, trace=route(router, result.message, explain=True))


def message_of(
    test: RoutingTest, spec: Spec, contracts: Mapping[str, Contract], stamps: Stamping | None = None
) -> Message | list[Violation]:
    """Return the message that a test publishes which receives no request, or why its payload cannot be published."""
    if test.message:
        return Message(test.message.exchange, test.message.key, test.message.headers)
    assert test.publish is not None
    event = spec.events[test.publish]
    contract = contracts.get(event.schema or "")
    return published(event, contract, payload_of(test, contract), stamps)


def published(
    event: Event, contract: Contract | None, payload: object, stamps: Stamping | None = None
) -> Message | list[Violation]:
    """Return the message of an event with a payload, or why that is not published."""
    violations = contract.violations(payload) if contract else []
    message = violations or address(event, payload)
    return stamped(message, payload, event.name, stamps) if isinstance(message, Message) else message


def payload_of(test: RoutingTest, contract: Contract | None) -> object:
    """Return the payload that a test publishes: its own, or an example of the schema."""
    return contract.examples[test.example] if contract and test.example is not None else test.payload


def judge(test: RoutingTest, trace: Trace) -> Iterator[str]:
    """Yield in what the end of a message differs from what its test expects, dead letters aside."""
    expect, reached = test.expect, set(trace.queues)
    if expect.kind in ("rejected", "refused", "ignored"):
        yield "it keeps its contract, and is published"
    elif trace.refused:
        yield f"the broker refuses it with {trace.refused.code}: {trace.refused.reason}"
    elif expect.kind == "unroutable":
        if not trace.unroutable:
            yield f"it reaches {_named(reached | set(trace.maybe))}"
    else:
        missing, extra = set(expect.queues) - reached, reached - set(expect.queues)
        if missing:
            yield f"it does not reach {_named(missing)}" + (" for certain" if missing & set(trace.maybe) else "")
        if extra and expect.kind == "exactly":
            yield f"it also reaches {_named(extra)}"
        if expect.kind == "exactly" and set(trace.maybe) - missing:
            yield f"it may also reach {_named(set(trace.maybe) - missing)}"


def _dead_letter_problems(after: Afterwards, trace: Trace, ways: tuple[Journey, ...]) -> Iterator[str]:
    if after.queue not in trace.queues:
        yield f"it cannot be dead-lettered from {after.queue}, which it does not reach"
        return
    ends, expected = {way.queues[-1] for way in ways if way.lost is None}, set(after.expect)
    if ends == expected:
        return
    lost = "; ".join(way.lost for way in ways if way.lost)
    yield (
        f"dead-lettered from {after.queue} ({after.reason}) it ends in {_named(ends)}, not in {_named(expected)}"
        + (f": {lost}" if lost else "")
    )


def _named(queues: set[str]) -> str:
    return ", ".join(sorted(queues)) or "no queue"
