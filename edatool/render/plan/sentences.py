"""What becomes of events, a sentence each."""

from collections.abc import Sequence

from edatool.change.consequences.consequences import Consequences
from edatool.change.consequences.effects import EffectKind
from edatool.counted import counted, few
from edatool.render.families import families
from edatool.render.plan.fates import Fate, fates, newly_published
from edatool.render.plan.why import clause

NAMED = 3
"""So many events are named within a sentence."""
_QUEUES = 5


def headline(found: Consequences) -> str:
    """Return of how many events what becomes, in one line."""
    told, new = fates(found), newly_published(found)
    loses = _named(told, "loses")
    counts = [
        (_named(told, "unroutable"), "becomes unroutable", "become unroutable"),
        (_named(told, "refused"), "becomes refused", "become refused"),
        (loses, "loses a queue", "lose a queue"),
        (_named(told, "changes"), "is routed with other certainty", "are routed with other certainty"),
        (_named(told, "gains"), *(("gains one", "gain one") if loses else ("gains a queue", "gain a queue"))),
        (len(new), "is new", "are new"),
    ]
    parts = [f"{number} {one if number == 1 else more}" for number, one, more in counts if number]
    tried = counted(found.tried, "message")
    if not parts:
        return f"Events: none of {found.declared} changes destination ({tried} simulated)"
    number, _, verb = parts[0].partition(" ")
    parts[0] = f"{number} of {found.declared} {verb}"
    if not any(number for number, *_ in counts[:3]):
        parts.append("none loses a queue")
    return f"Events: {', '.join(parts)} ({tried} simulated)"


def sentence(one: Fate) -> str:
    """Say what becomes of events, from the queues' point of view where they get more or less."""
    what, rest = _subject(one), _rest(one)
    reason = clause(one.reason) + one.example
    queues, get = few(one.queues, _QUEUES), "get" if len(one.queues) > 1 else "gets"
    match one.kind:
        case "unroutable" | "refused":
            becomes = "becomes" if len(one.names) == 1 else "become"
            refusal = f" ({one.refusal})" if one.refusal else ""
            losing = f", losing {queues}" if queues else ""
            return f"{what} {becomes} {one.kind}{refusal}{reason}{losing}{rest}"
        case "nowhere":
            return f"no queue gets {what}, which the broker takes from now on{rest}"
        case "changes":
            return f"{queues} {get} {what} {certainty_now(one)}{reason}{rest}"
        case _:
            return f"{queues} {_verb(one)} {what}{reason}{rest}"


def certainty_now(one: Fate) -> str:
    """Say of messages that a queue got before, too, whether it gets all of them."""
    return "for certain now" if one.certainty[1] == "sure" else "not for certain any more"


def _verb(one: Fate) -> str:
    verb = one.kind.removesuffix("s")
    if "maybe" in one.certainty:
        return f"may {verb}"
    return verb if len(one.queues) > 1 else one.kind


def sign(one: Fate) -> str:
    """Return the mark of a fate."""
    if one.unsafe:
        return "!"
    return {"loses": "-", "gains": "+"}.get(one.kind, "~")


def _subject(one: Fate) -> str:
    names = one.names if one.is_event else tuple(f"test {name!r}" for name in one.names)
    if len(names) <= NAMED:
        return ", ".join(names)
    return counted(len(names), "event" if one.is_event else "test message")


def _rest(one: Fate) -> str:
    return f": {families(one.names)}" if len(one.names) > NAMED else ""


def _named(told: Sequence[Fate], kind: EffectKind) -> int:
    return len({name for one in told if one.kind == kind and one.is_event for name in one.names})
