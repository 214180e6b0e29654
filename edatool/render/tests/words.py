"""What a routing test expects, and what became of its message, in a few words."""

from collections.abc import Iterable

from edatool.routing.verify import Verified


def expected(result: Verified) -> str:
    """Say what a test expects: queues, or what else becomes of its message."""
    expect, after = result.test.expect, result.test.dead_letter
    words = {"exactly": _named(expect.queues), "at_least": f"at least {_named(expect.queues)}"}.get(
        expect.kind, expect.kind
    )
    return f"{words}; dead-lettered from {after.queue}: {_named(after.expect)}" if after else words


def reached(result: Verified) -> str:
    """Say what became of the message of a test, in the words of ``expected``."""
    trace = result.trace
    if trace is None:
        return result.ended or "rejected"
    if trace.refused:
        return f"refused by the broker with {trace.refused.code}"
    if trace.unroutable:
        return "unroutable"
    words = _named(trace.queues) + (f", maybe {_named(trace.maybe)}" if trace.maybe else "")
    ends = sorted({way.queues[-1] for way in result.afterwards if way.lost is None})
    after = result.test.dead_letter
    return f"{words}; dead-lettered from {after.queue}: {_named(ends)}" if after and result.passage else words


def _named(queues: Iterable[str]) -> str:
    """Name queues in a sentence."""
    return ", ".join(queues) or "no queue"
