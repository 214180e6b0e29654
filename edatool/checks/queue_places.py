"""Where in the spec the arguments of queues stand."""

from edatool.spec.spec import SpecQueue

_FIELDS = {
    "x-dead-letter-exchange": "dead_letter",
    "x-dead-letter-routing-key": "dead_letter",
    "x-dead-letter-strategy": "dead_letter",
    "x-queue-type": "type",
}


def field_of_argument(argument: str) -> str:
    """Return the readable key of an argument, by its name on the broker."""
    return _FIELDS.get(argument, argument[2:].replace("-", "_"))


def place_of(queue: SpecQueue, argument: str) -> tuple[str, ...]:
    """Return where in the spec an argument of a queue is said, by its name on the broker."""
    if argument in queue.arguments:
        return ("queues", queue.name, "arguments", argument)
    return ("queues", queue.name, field_of_argument(argument))
