"""What changes for events, in words."""

import json
from collections.abc import Iterator

from edatool.change.consequences.consequences import Certainty, Consequences, Destination, Reroute
from edatool.change.consequences.dead_letters import Burial
from edatool.change.consequences.probes import Probe
from edatool.render import headers

KEYS = 3
"""How many messages are shown as evidence of a change."""


def buried(one: Burial) -> Iterator[str]:
    """Yield what changes for dead letters in a few words each: ``+ late``, ``is lost from now on``."""
    if one.lost:
        yield f"is lost from now on ({one.lost})"
    yield from (f"+ {queue}" for queue in one.after if queue not in one.before)
    yield from (f"- {queue}" for queue in one.before if queue not in one.after)


def caveats(found: Consequences) -> Iterator[str]:
    """Yield sentences on what is not known."""
    yield from (f"Not simulated: {doubt}." for doubt in found.doubts)
    if found.untried:
        yield f"No message to try was found, give the schema an example: {', '.join(found.untried)}."


def subject(one: Reroute) -> str:
    """Name the event or test, with the messages where not all of them change so."""
    name = one.name if one.is_event else f"test {one.name!r}"
    return name if one.whole else f"{name} {evidence(one)}"


def evidence(one: Reroute) -> str:
    """Return a few of the messages in brackets, by their keys, and by their headers where keys do not tell."""
    messages = list(dict.fromkeys(_message(probe, with_headers=not one.by_key) for probe in one.probes))
    more = f", and {len(messages) - KEYS} more" if len(messages) > KEYS else ""
    return f"[{', '.join(messages[:KEYS])}{more}]"


def difference(one: Reroute) -> str:
    """Return what changes in a few words: ``becomes unroutable, - audit``."""
    return ", ".join([*_outcomes(one), *(f"{sign(each)} {each.queue}{_only(each)}" for each in one.destinations)])


def outcome(one: Reroute) -> str:
    """Return what becomes of the messages where that is not only other queues, else nothing."""
    return "".join(_outcomes(one))


def sign(one: Destination) -> str:
    """Return + or - with maybe where it is not certain; ~ for a queue that was and is reached, with other certainty."""
    if one.before != "no" and one.after != "no":
        return "~"
    doubt = " maybe" if "maybe" in (one.before, one.after) else ""
    return ("-" if one.after == "no" else "+") + doubt


_ONLY: dict[Certainty, str] = {"maybe": " (not for certain any more)", "sure": " (for certain now)", "no": ""}


def _only(one: Destination) -> str:
    return _ONLY[one.after] if sign(one) == "~" else ""


def _outcomes(one: Reroute) -> Iterator[str]:
    if one.before == "refused" and one.after != "refused":
        yield "newly published" + (", and reaches no queue" if one.after == "unroutable" else "")
    elif one.after == "refused" and one.before != "refused":
        yield f"becomes refused ({one.refusal})"
    elif one.after == "unroutable":
        yield "becomes unroutable"
    elif one.before == "unroutable":
        yield "becomes routable"


def _message(probe: Probe, *, with_headers: bool) -> str:
    message = probe.message
    if not with_headers:
        return message.key or "(no key)"
    values = [f"{path}={json.dumps(value, ensure_ascii=False)}" for path, value in probe.seen.items()]
    return " ".join(part for part in (message.key, *values, headers.text(message.headers)) if part) or "(no key)"
