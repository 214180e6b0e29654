"""What RabbitMQ refuses or ignores of a plan, in words."""

from collections.abc import Iterator

from edatool.change.plan import Plan
from edatool.routing.topology import identity_of
from edatool.spec.rabbitmq.history import DEPENDS, IGNORED, REFUSED

VERDICTS = {REFUSED: "refused", IGNORED: "ignored", DEPENDS: "perhaps refused"}

_OF_OBJECTS = {
    REFUSED: "that RabbitMQ refuses",
    DEPENDS: "that RabbitMQ may refuse",
    IGNORED: "of which RabbitMQ ignores something",
}


def objection_counts(plan: Plan) -> Iterator[str]:
    """Yield of how many objects something is refused or ignored."""
    for verdict, words in _OF_OBJECTS.items():
        found = {identity_of(one.object) for one in plan.objections_to_steps if one.verdict is verdict}
        if found:
            yield f"{len(found)} {words}"
