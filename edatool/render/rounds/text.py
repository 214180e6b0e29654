"""What became of dead letters, for people."""

from collections import Counter
from collections.abc import Iterator

from edatool.counted import counted
from edatool.render.rounds.shown import ShownRound
from edatool.visible import joined

_OTHERWISE = {
    "would": "would be replayed",
    "invalid": "left, as the contract is broken",
    "unroutable": "left, as no queue is reached",
    "nacked": "left, as the target takes no more",
    "refused": "left, as the broker refuses",
    "unknown": "left, as nothing tells where to",
    "unreadable": "left, as the headers cannot be read",
    "stays": "left",
}


def text(shown: ShownRound) -> str:
    """Return how many messages ended how, and why; each reason once."""
    return joined(_lines(shown))


def _lines(shown: ShownRound) -> Iterator[str]:
    outcomes, result = shown.round.outcomes, shown.round
    done = outcomes.get("confirmed", 0) + outcomes.get("gone", 0)
    if "would" not in outcomes:
        yield f"{counted(done, 'message')} of {shown.queue} {shown.done}"
    for outcome, words in _OTHERWISE.items():
        if number := outcomes.get(outcome):
            yield f"{words}: {counted(number, 'message')}"
            yield from _reasons(shown, outcome)
    if result.moved_back:
        yield f"at its end now, as another look was one too many: {counted(result.moved_back, 'message')}"
    if result.next_offset is not None:
        yield f"the next message has the offset {result.next_offset}"
    if result.stopped:
        yield "stopped: run it again to go on"


def _reasons(shown: ShownRound, outcome: str) -> Iterator[str]:
    reasons: Counter[str] = Counter()
    first: dict[str, str] = {}
    for one in shown.messages:
        if one.outcome == outcome and one.why:
            reasons[one.why] += 1
            first.setdefault(one.why, one.id)
    for why, number in reasons.most_common(20):
        more = f" and {number - 1} more" if number > 1 else ""
        yield f"  {first[why]}{more}: {why}"
