"""Limits that get tighter for queues which hold messages, so that some of these may go."""

import re
from collections.abc import Iterable, Iterator, Mapping

from edatool.change.changes import Change, Delete, Replace
from edatool.change.consequences.after import after
from edatool.counted import counted
from edatool.frozen import frozen
from edatool.routing import effective
from edatool.routing.effective import Policies
from edatool.routing.overriding import Said, effective_settings
from edatool.routing.settings import OPERATOR_POLICY, operator_policies
from edatool.routing.topology import Policy, Queue, Setting, Topology, kind_of
from edatool.spec.rabbitmq.arguments import setting_named

LENGTHS = ("max-length", "max-length-bytes")
_SECONDS = {"Y": 365 * 86_400, "M": 30 * 86_400, "D": 86_400, "h": 3_600, "m": 60, "s": 1}


@frozen
class Backlog:
    """What a queue holds: messages, and bytes where that is known."""

    messages: int
    bytes: int | None = None


@frozen
class Tightening:
    """A limit of a queue that gets tighter; ``before`` is None where there was none, ``source`` says where it is set.

    ``held`` is None where nobody has asked the queue.
    """

    queue: Queue
    setting: str
    before: object
    after: object
    source: str
    held: Backlog | None = None

    @property
    def may_lose(self) -> bool:
        """Whether messages that the queue holds now may go."""
        if self.held is None or not self.held.messages:
            return False
        if self.setting == "max-length" and self.queue.type != "stream":
            return self.held.messages > _height(self.after)
        if self.setting == "max-length-bytes" and self.held.bytes is not None:
            return self.held.bytes > _height(self.after)
        return True

    def __str__(self) -> str:
        holds = f"holds {counted(self.held.messages, 'message')}" if self.held else "may hold messages"
        before = "" if self.before is None else f" (now {self.before})"
        return f"queue {self.queue.name} {holds}, and its {self.source} sets {self.setting} {self.after}{before}"


def tightenings(
    changes: Iterable[Change], live: Topology, operators: Mapping[str, Policy], held: Mapping[str, Backlog]
) -> tuple[Tightening, ...]:
    """Return the limits that changes make tighter for queues that are there, whoever made them.

    ``operators`` are the operator policies that are there; ``held`` says what queues hold.
    """
    listed = list(changes)
    done = [one for one in listed if isinstance(one, Replace) or kind_of(one.object) in ("policy", OPERATOR_POLICY)]
    if not done:
        return ()
    gone = {one.object.name for one in listed if isinstance(one, Delete) and isinstance(one.object, Queue)}
    staying = [name for name in live.queues if name not in gone]
    replaced = [one.object.name for one in done if isinstance(one, Replace) and isinstance(one.object, Queue)]
    before = effective.policies(live.policies), effective.policies(operators)
    found: dict[tuple[str, str], Tightening] = {}
    # Policies are removed last, so that what holds until then counts, too.
    for stage in ([one for one in done if not isinstance(one, Delete)], done):
        final = after(live, stage)
        then = effective.policies(final.policies), effective.policies(_operators(operators, stage))
        for name in replaced if then == before else staying:
            for tightening in _tightened(live.queues[name], final.queues[name], before, then, held.get(name)):
                found.setdefault((name, tightening.setting), tightening)
    return tuple(found.values())


def _operators(there: Mapping[str, Policy], changes: Iterable[Change]) -> dict[str, Policy]:
    settings = [one for one in changes if kind_of(one.object) == OPERATOR_POLICY]
    gone = {one.object.name for one in settings if isinstance(one, Delete) and isinstance(one.object, Setting)}
    made = operator_policies(after(Topology(), [one for one in settings if not isinstance(one, Delete)]))
    return {name: one for name, one in {**there, **made}.items() if name not in gone}


def _tightened(
    old: Queue,
    new: Queue,
    before: tuple[Policies, Policies],
    then: tuple[Policies, Policies],
    held: Backlog | None,
) -> Iterator[Tightening]:
    if old == new and all(
        effective.policy_on(old, one) == effective.policy_on(old, other)
        for one, other in zip(before, then, strict=True)
    ):
        return
    was = {one.name: one.holds for one in effective_settings(old, *before)}
    is_now = {one.name: one.holds for one in effective_settings(new, *then)}
    for name, now in is_now.items():
        if _bounds(name) and _gets_tighter(name, was, is_now, is_replaced=old != new):
            earlier = was.get(name)
            yield Tightening(new, name, earlier and earlier.value, now.value, now.source, held)


def _bounds(setting: str) -> bool:
    known = setting_named(setting)
    return known is not None and known.bounds


def _gets_tighter(name: str, was: Mapping[str, Said], is_now: Mapping[str, Said], *, is_replaced: bool) -> bool:
    if name == "delivery-limit" and is_replaced:
        return False  # deliveries are counted anew by the new queue
    if name in LENGTHS and _refuses(is_now):
        return False  # what is in the queue stays, and a replacement waits until there is room
    tighter = _height(is_now[name].value) < (_height(was[name].value) if name in was else float("inf"))
    return tighter or (name in LENGTHS and _refuses(was))


def _refuses(settings: Mapping[str, Said]) -> bool:
    return "overflow" in settings and str(settings["overflow"].value).startswith("reject-publish")


def _height(limit: object) -> float:
    """Return how high a limit is; a negative one is none. Ages of streams are numbers with a unit."""
    age = re.fullmatch("([0-9]+)([YMDhms])", str(limit))
    if age:
        return int(age[1]) * _SECONDS[age[2]]
    return limit if isinstance(limit, (int, float)) and limit >= 0 else float("inf")
