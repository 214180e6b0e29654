"""A status for people."""

from collections.abc import Iterable, Iterator, Sequence

from edatool.counted import counted
from edatool.render.moment import moment
from edatool.render.status.next_command import next_command
from edatool.render.status.shown import ShownStatus
from edatool.render.wrapped import wrapped
from edatool.visible import visible
from edatool.watch.duration import spoken
from edatool.watch.status import QueueStatus, Severity, Status

_MARKS = {"alert": "!", "notice": "?"}
_COLOURS = {"alert": "red", "notice": "yellow"}
_BARS = "▁▂▃▄▅▆▇█"
_SPARKS = 20
"""How many of the last depths are drawn."""
_COLUMNS = {"depth": 9, "consumers": 9, "oldest": 6, "in/s": 7, "out/s": 7, "unacked": 7}
"""The columns with their widths; where a terminal is narrow the last ones are left out."""
_NAMES = 24
"""How wide names of queues may be before columns are left out."""
_OWN = ("delay", "intake", "stuck")


def text(shown: ShownStatus) -> str:
    """Return what is wrong, a line for each thing with the command to type next, and then the queues."""
    return "\n".join(_lines(shown))


def _lines(shown: ShownStatus) -> Iterator[str]:
    status = shown.status
    yield _title(status, shown.width)
    if shown.lost:
        yield shown.paint(visible(f"! broker {shown.lost}: this is how it was"), "red")
    yield from _troubles(shown)
    yield ""
    yield from _queues(shown)
    yield from _besides(status)


def _title(status: Status, width: int) -> str:
    severities = [trouble.severity for _, trouble in status.every]
    alerts, notices = severities.count("alert"), severities.count("notice")
    verdict = f"{counted(alerts, 'alert')}, {counted(notices, 'notice')}" if severities else "all is well"
    title = visible(f"{status.spec} on vhost {status.vhost}, {moment(status.at)}")
    return f"{title}{verdict.rjust(width - len(title) - 1)}" if len(title) + len(verdict) < width - 2 else title


def _troubles(shown: ShownStatus) -> Iterator[str]:
    """Yield a line for each trouble; the command stands behind it, or where there is no room, below."""
    for severity, said, command in _together(shown):
        what = visible(f"{_MARKS[severity]} {said}")
        room = shown.width - len(what) - len(command) - 1
        if room >= 2:
            yield shown.paint(what, _COLOURS[severity]) + " " * room + command
        else:
            yield from (shown.paint(line, _COLOURS[severity]) for line in wrapped(what, shown.width - 1))
            yield command.rjust(shown.width - 1)


def _together(shown: ShownStatus) -> Iterator[tuple[Severity, str, str]]:
    """Yield severity, what is wrong, and the command of troubles that have all of that in common, or the queue."""
    of_one: dict[tuple[str, Severity, str], list[str]] = {}
    for about, one in shown.status.every:
        key = (about, one.severity, visible(next_command(one, shown.spec_options)))
        of_one.setdefault(key, []).append(one.what)
    of_several: dict[tuple[Severity, str, str], list[str]] = {}
    for (about, severity, command), whats in of_one.items():
        of_several.setdefault((severity, "; ".join(whats), command), []).append(about)
    for (severity, what, command), abouts in of_several.items():
        more = f" and {len(abouts) - 1} more" if len(abouts) > 1 else ""
        yield severity, f"{abouts[0]}{more}: {what}", command


def _queues(shown: ShownStatus) -> Iterator[str]:
    queues = [one for one in shown.status.queues if _is_shown(one)]
    longest = max((len(visible(one.name)) for one in queues), default=0)
    widths = _fitting(shown.width - 3 - min(longest, _NAMES))
    numbers = sum(widths) + len(widths)
    names = max(min(longest, shown.width - numbers - 3), 5)
    sparks = min(shown.width - numbers - names - 4, _SPARKS)
    yield f"  {'queue'.ljust(names)} {_row(_COLUMNS, widths)}"
    for one in queues:
        mark = _MARKS[one.troubles[0].severity] if one.troubles else " "
        line = f"{mark} {_short(visible(one.name), names).ljust(names)} {_row(_cells(one), widths)}"
        if sparks > 1 and len(one.depths) > 1:
            line += " " + sparkline(one.depths[-sparks:])
        yield shown.paint(line.rstrip(), _COLOURS[one.troubles[0].severity]) if one.troubles else line.rstrip()


def _fitting(room: int) -> list[int]:
    """Return the widths of as many columns as there is room for, and of two at least."""
    found = list(_COLUMNS.values())
    while sum(found) + len(found) > room and len(found) > 2:
        found.pop()
    return found


def _row(cells: Iterable[str], widths: Sequence[int]) -> str:
    return " ".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=False))


def _is_shown(one: QueueStatus) -> bool:
    """Tell whether a queue is worth a line: those that edatool makes for itself are mostly empty."""
    return one.role not in _OWN or bool(one.troubles) or one.counts is None or one.counts.messages != 0


def _cells(one: QueueStatus) -> Sequence[str]:
    counts = one.counts
    if counts is None:
        return ("missing", *[""] * (len(_COLUMNS) - 1))
    oldest = spoken(one.age).partition(" ")[0] if one.age is not None else "?" if one.age_unknown else ""
    return (
        _whole(counts.messages),
        _whole(counts.consumers),
        oldest,
        _rate(counts.rate_in),
        _rate(counts.rate_out),
        _whole(counts.unacknowledged),
    )


def _whole(number: int | None) -> str:
    return "?" if number is None else f"{number:,}" if number < 10**8 else f"{number:.2g}"


def _rate(rate: float | None) -> str:
    return "?" if rate is None else f"{rate:,.1f}" if rate < 1000 else f"{rate:,.0f}"


def _short(name: str, width: int) -> str:
    """Return a name that fits, with its end: names of one kind begin alike."""
    if len(name) <= width:
        return name
    tail = width // 2
    return f"{name[: width - tail - 1]}…{name[-tail:]}"


def sparkline(numbers: Sequence[int]) -> str:
    """Return numbers as bars, from none to the most of them."""
    most = max(numbers)
    return "".join(_BARS[round(one / most * (len(_BARS) - 1))] if most else _BARS[0] for one in numbers)


def _besides(status: Status) -> Iterator[str]:
    said = [
        *(f"outbox {one.name}: {one.state.waiting:,} waiting" for one in status.outboxes if one.state),
        *(
            [f"unroutable: {status.unroutable.dropped:,} dropped, {status.unroutable.returned:,} returned"]
            if status.unroutable
            else []
        ),
    ]
    if empty := sum(not _is_shown(one) for one in status.queues):
        said.append(f"{counted(empty, 'queue')} for delays and filters empty")
    if any(one.counts and one.counts.messages is None for one in status.queues):
        said.append("depth ?: RabbitMQ has not counted yet, which it does every few seconds")
    if any(one.age_unknown for one in status.queues):
        said.append("oldest ?: RabbitMQ tells it of classic queues only, where messages say their time")
    said += [f"not seen: {one}" for one in status.unseen]
    if said:
        yield ""
        yield from map(visible, said)
