"""The queues of a status as a table, as wide as a terminal is."""

from collections.abc import Iterable, Iterator, Sequence

from edatool.frozen import frozen
from edatool.render.status.marks import COLOURS, MARKS
from edatool.render.status.shown import ShownStatus
from edatool.visible import visible
from edatool.watch.duration import spoken
from edatool.watch.status import QueueStatus

_COLUMNS = {"depth": 9, "consumers": 9, "oldest": 6, "in/s": 7, "out/s": 7, "unacked": 7}
"""The columns with their widths; where a terminal is narrow the last ones are left out."""
_FEWEST = 2
_NAMES = 24
"""How wide names of queues may be before columns are left out."""
_OWNERS = 20
_SPARKS = 20
"""How many of the last depths are drawn."""
_BARS = "▁▂▃▄▅▆▇█"
_OWN = ("delay", "intake", "stuck")


@frozen
class _Layout:
    """How wide things are; 0 is for what there is no room for."""

    names: int
    numbers: tuple[int, ...]
    owners: int
    sparks: int


def table(shown: ShownStatus) -> Iterator[str]:
    """Yield a line for the heads of the columns, and one for each queue that is worth it."""
    queues = [one for one in shown.status.queues if is_shown(one)]
    layout = _layout(queues, shown.width)
    yield _line(layout, " ", "queue", _COLUMNS, owner="owner")
    for one in queues:
        depths = sparkline(one.depths[-layout.sparks :]) if layout.sparks and len(one.depths) > 1 else ""
        mark = MARKS[one.troubles[0].severity] if one.troubles else " "
        line = _line(layout, mark, visible(one.name), _cells(one), owner=visible(one.owner or ""), depths=depths)
        yield shown.paint(line, COLOURS[one.troubles[0].severity]) if one.troubles else line


def is_shown(one: QueueStatus) -> bool:
    """Tell whether a queue is worth a line: those that edatool makes for itself are mostly empty."""
    return one.role not in _OWN or bool(one.troubles) or one.counts is None or one.counts.messages != 0


def sparkline(numbers: Sequence[int]) -> str:
    """Return numbers as bars, from none to the most of them."""
    most = max(numbers)
    return "".join(_BARS[round(one / most * (len(_BARS) - 1))] if most else _BARS[0] for one in numbers)


def _layout(queues: Sequence[QueueStatus], width: int) -> _Layout:
    names = max((len(visible(one.name)) for one in queues), default=0)
    owners = min(max((len(visible(one.owner or "")) for one in queues), default=0), _OWNERS)
    room = width - 3 - min(names, _NAMES)
    numbers = list(_COLUMNS.values())
    while len(numbers) > _FEWEST and sum(numbers) + len(numbers) > room:
        numbers.pop()
    rest = width - 3 - sum(numbers) - len(numbers)
    names = max(min(names, rest), len("queue"))
    rest -= names
    owners = owners if rest > owners else 0
    sparks = rest - 1 - (owners + 1 if owners else 0)
    return _Layout(names, tuple(numbers), owners, min(sparks, _SPARKS) if sparks > 1 else 0)


def _line(layout: _Layout, mark: str, name: str, cells: Iterable[str], *, owner: str, depths: str = "") -> str:
    numbers = (cell.rjust(width) for cell, width in zip(cells, layout.numbers, strict=False))
    parts = [mark, _short(name, layout.names), *numbers]
    if layout.owners:
        parts.append(_short(owner, layout.owners))
    return " ".join((*parts, depths)).rstrip()


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
    return "?" if number is None else f"{number:,}" if number < 10**7 else f"{number:.2g}"


def _rate(rate: float | None) -> str:
    return "?" if rate is None else f"{rate:,.1f}" if rate < 1000 else f"{rate:,.0f}"


def _short(name: str, width: int) -> str:
    """Return a name that is so wide, if it must be without its middle: names of one kind begin alike."""
    if len(name) <= width:
        return name.ljust(width)
    tail = width // 2
    return f"{name[: width - tail - 1]}…{name[-tail:]}"
