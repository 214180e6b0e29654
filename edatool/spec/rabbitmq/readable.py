"""Arguments of queues as RabbitMQ has them, to the readable keys of the spec."""

import json

from edatool.spec.quantity import AGE, DURATION, SIZE, as_age, as_duration, as_size
from edatool.spec.rabbitmq.arguments import ARGUMENTS, amqp_name
from edatool.spec.shape import Shape, accepts

Readable = str | int | bool


def readable(argument: str, value: object) -> tuple[str, Readable] | None:
    """Return the key and the value that stand for an argument of a queue: ``x-max-age: 7D`` is ``max_age: 7d``.

    None where nothing that the spec may say becomes exactly this argument, types included.
    """
    name = argument.removeprefix("x-").replace("-", "_")
    known = ARGUMENTS.get(name)
    if known is None or amqp_name(name) != argument:
        return None
    written = _written(known.shape, value)
    if not accepts(known.shape, written):
        return None
    assert isinstance(written, Readable)
    # As JSON, for Python holds that True equals 1.
    return (name, written) if json.dumps(known.to_amqp(written)) == json.dumps(value) else None


def _written(shape: Shape, value: object) -> object:
    match value:
        case bool():
            return value
        case int() if shape == DURATION:
            return as_duration(value)
        case int() if shape == SIZE:
            return as_size(value)
        case str() if shape == AGE:
            return as_age(value)
        case _:
            return value
