"""A status for people."""

from collections.abc import Iterator

from edatool.counted import counted, few
from edatool.render.moment import moment
from edatool.render.status.marks import COLOURS, MARKS
from edatool.render.status.next_command import next_command
from edatool.render.status.shown import ShownStatus
from edatool.render.status.table import is_shown, table
from edatool.render.wrapped import wrapped
from edatool.visible import visible
from edatool.watch.status import Severity, Status, Trouble


def text(shown: ShownStatus) -> str:
    """Return what is wrong, a line for each thing with the command to type next, and then the queues."""
    return "\n".join(_lines(shown))


def _lines(shown: ShownStatus) -> Iterator[str]:
    status = shown.status
    yield _title(status, shown.width)
    yield from _troubles(shown)
    # Before the queues, for which a screen may have no room.
    yield from _besides(shown)
    yield ""
    yield from table(shown)


def _title(status: Status, width: int) -> str:
    severities = [trouble.severity for _, trouble in status.every]
    alerts, notices = severities.count("alert"), severities.count("notice")
    verdict = f"{counted(alerts, 'alert')}, {counted(notices, 'notice')}" if severities else "all is well"
    title = visible(f"{status.spec} on vhost {status.vhost}, {moment(status.at)}")
    return f"{title}{verdict.rjust(width - len(title) - 1)}" if len(title) + len(verdict) < width - 2 else title


def _troubles(shown: ShownStatus) -> Iterator[str]:
    if shown.lost:
        yield from _trouble(shown, "alert", f"broker: {shown.lost}; this is how it was", "edatool doctor")
    for severity, said, command in _together(shown):
        yield from _trouble(shown, severity, said, command)


def _trouble(shown: ShownStatus, severity: Severity, said: str, command: str) -> Iterator[str]:
    """Yield a line; the command stands at its end, or where there is no room, below."""
    what, colour = visible(f"{MARKS[severity]} {said}"), COLOURS[severity]
    room = shown.width - len(what) - len(command) - 1
    if room >= 2:
        yield shown.paint(what, colour) + " " * room + command
    else:
        yield from (shown.paint(line, colour) for line in wrapped(what, shown.width - 1))
        yield command.rjust(shown.width - 1)


def _together(shown: ShownStatus) -> Iterator[tuple[Severity, str, str]]:
    """Yield what is wrong, once for troubles of one queue with one command, and for queues with the same troubles."""
    of_one: dict[tuple[str, str], list[Trouble]] = {}
    for about, trouble in shown.status.every:
        of_one.setdefault((about, visible(next_command(trouble, shown.spec_options))), []).append(trouble)
    of_several: dict[tuple[Severity, str, str], list[str]] = {}
    for (about, command), troubles in of_one.items():
        key = (troubles[0].severity, "; ".join(one.what for one in troubles), command)
        of_several.setdefault(key, []).append(about)
    for (severity, what, command), abouts in of_several.items():
        yield severity, f"{few(abouts, 1)}: {what}", command


def _besides(shown: ShownStatus) -> Iterator[str]:
    if said := [line for one in _said_besides(shown.status) for line in wrapped(one, shown.width - 1)]:
        yield from ("", *said)


def _said_besides(status: Status) -> Iterator[str]:
    for one in status.outboxes:
        if one.state:
            yield f"outbox {one.name}: {one.state.waiting:,} waiting"
    if status.unroutable:
        yield f"unroutable: {status.unroutable.dropped:,} dropped, {status.unroutable.returned:,} returned"
    if empty := sum(not is_shown(one) for one in status.queues):
        yield f"{counted(empty, 'queue')} for delays and filters empty"
    if any(one.counts and one.counts.messages is None for one in status.queues):
        yield "depth ?: RabbitMQ has not counted yet, which it does every few seconds, or is configured not to"
    if any(one.age_unknown for one in status.queues):
        yield "oldest ?: RabbitMQ tells it of classic queues only, where messages say their time"
    yield from (f"not seen: {one}" for one in status.unseen)
