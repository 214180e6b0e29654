"""What changes for events, as text."""

from collections.abc import Iterable, Iterator, Sequence

from edatool.change.consequences.consequences import Consequences
from edatool.change.consequences.dead_letters import Burial
from edatool.render.families import families
from edatool.render.plan.by_event import by_event
from edatool.render.plan.fates import COLOURS, Arrival, arrivals, fates
from edatool.render.plan.sentences import NAMED, headline, sentence, sign
from edatool.render.plan.shown import ShownPlan
from edatool.render.wrapped import in_columns, wrapped


def event_lines(shown: ShownPlan) -> Iterator[str]:
    """Yield what becomes of events: those of one fate in one line, and the unsafe first; or each by itself."""
    found = shown.plan.consequences
    if found.tried:
        yield from wrapped(headline(found), shown.width)
    if shown.by_event:
        yield from by_event(shown)
        yield from _marked(burials(found.burials), shown)
    else:
        yield from _by_fate(shown)
    for caveat in caveats(found):
        yield from wrapped(caveat, shown.width)


def _by_fate(shown: ShownPlan) -> Iterator[str]:
    found = shown.plan.consequences
    told = fates(found)
    of_events = [(sign(one), sentence(one)) for one in told if one.is_event]
    buried = list(burials(found.burials))
    unsafe = [one for one in (*of_events, *buried) if one[0] == "!"]
    yield from _marked([*unsafe, *(one for one in of_events if one[0] != "!")], shown)
    yield from _arrivals(arrivals(found), shown)
    of_tests = [(sign(one), sentence(one)) for one in told if not one.is_event]
    yield from _marked([*(one for one in buried if one[0] != "!"), *of_tests], shown)


def burials(found: Sequence[Burial]) -> Iterator[tuple[str, str]]:
    """Yield what changes for dead letters, each with its mark."""
    alike: dict[tuple[object, ...], list[Burial]] = {}
    for one in found:
        alike.setdefault((one.queue, one.before, one.after, one.lost), []).append(one)
    for group in alike.values():
        first = group[0]
        what = f"what {first.queue} rejects of {families([one.event for one in group])}"
        moved = [f"+ {queue}" for queue in first.after if queue not in first.before]
        moved += [f"- {queue}" for queue in first.before if queue not in first.after]
        if first.lost:
            yield "!", f"{what} is lost from now on ({first.lost}){_ended(first)}"
        else:
            yield "~", f"{what}: {', '.join(moved)}"


def _ended(one: Burial) -> str:
    return f", losing {', '.join(one.before)}" if one.before else ""


def caveats(found: Consequences) -> Iterator[str]:
    """Yield sentences on what is not known."""
    yield from (f"Not simulated: {doubt}." for doubt in found.doubts)
    if found.untried:
        yield f"No message to try was found, give the schema an example: {families(found.untried)}."


def _marked(told: Iterable[tuple[str, str]], shown: ShownPlan) -> Iterator[str]:
    for mark, text in told:
        for line in wrapped(f"  {mark} {text}", shown.width):
            yield shown.paint(line, COLOURS[mark])


def _arrivals(found: Sequence[Arrival], shown: ShownPlan) -> Iterator[str]:
    """Yield the new events with their queues; a name stands before its rows, and those of many stand above them."""
    rows = [
        (f"+ {name}" if number == 0 else "", *each.cells)
        for one in found
        if len(one.names) <= NAMED
        for name in one.names
        for number, each in enumerate(one.reached)
    ]
    yield from _green(rows, 2, shown)
    for one in found:
        if len(one.names) > NAMED:
            yield from _marked([("+", f"{len(one.names)} events: {families(one.names)}")], shown)
            yield from _green([each.cells for each in one.reached], 8, shown)


def _green(rows: Sequence[Sequence[str]], indent: int, shown: ShownPlan) -> Iterator[str]:
    for _, line in in_columns(rows, shown.width, indent):
        yield shown.paint(line, COLOURS["+"])
