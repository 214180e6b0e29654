"""What RabbitMQ refuses or ignores of a plan."""

from collections.abc import Iterable, Mapping

from edatool.routing.acceptance.objection import Objection
from edatool.routing.topology import Identity, describe, identity_of, kind_of
from edatool.spec.history import DEPENDS, IGNORED, REFUSED

WORDS = {REFUSED: "refused", IGNORED: "ignored", DEPENDS: "perhaps refused"}
"""How each verdict is shown."""


def by_object(objections: Iterable[Objection]) -> Mapping[Identity, list[Objection]]:
    """Return objections by the object that they are about."""
    found: dict[Identity, list[Objection]] = {}
    for one in objections:
        found.setdefault(identity_of(one.object), []).append(one)
    return found


def line(one: Objection) -> str:
    """Return an objection as a line below its object."""
    return f"        {WORDS[one.verdict]}: {one.why}"


def counts(objections: Iterable[Objection]) -> list[str]:
    """Say of how many objects something is refused or ignored."""
    known = list(objections)
    sentences = {
        REFUSED: "that RabbitMQ refuses",
        DEPENDS: "that RabbitMQ may refuse",
        IGNORED: "of which RabbitMQ ignores something",
    }
    found = [(len(by_object(one for one in known if one.verdict is each)), words) for each, words in sentences.items()]
    return [f"{number} {words}" for number, words in found if number]


def fields(one: Objection, *, unchanged: bool) -> dict[str, object]:
    """Return an objection as JSON has it; ``unchanged`` is an object that is there already as it is wanted."""
    return {
        "kind": kind_of(one.object),
        "object": describe(one.object),
        "part": one.part,
        "verdict": one.verdict.value,
        "why": one.why,
        "unchanged": unchanged,
    }
