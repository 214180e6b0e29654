"""A schema has a number that other languages do not hold exactly.

JavaScript, and many readers of JSON, keep numbers as 64 bit floats: integers beyond 2^53 lose their last digits there, and
0.01 is no exact number, so that validators disagree on whether 19.99 is a multiple of it. Write large ids as strings, and
count in the smallest unit, such as cents.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed]}
    --- order.json
    {"type": "object", "properties": {"total": {"type": "number", "multipleOf": 0.01}}}

    $ edatool validate
    order.json:1:77: W324 0.01 is no exact number in binary, so validators disagree on its multiples: count in a smaller unit, as an integer

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed]}
    --- order.json
    {"type": "object", "properties": {"cents": {"type": "integer"}}}
"""

from collections.abc import Iterator
from decimal import Decimal

from edatool.checks.found import Found
from edatool.checks.subject import Subject
from edatool.contracts.pointer import Path

_EXACT = 2**53
_VALUES = ("const", "enum", "default", "examples")


def find(subject: Subject) -> Found:
    for schema in subject.schemas:
        step = schema.value.get("multipleOf")
        if isinstance(step, float) and Decimal(step) != Decimal(repr(step)):
            why = f"{step} is no exact number in binary, so validators disagree on its multiples"
            yield schema.where("multipleOf"), f"{why}: count in a smaller unit, as an integer"
        for keyword in _VALUES:
            for path, number in _large(schema.value.get(keyword), (keyword,)):
                why = f"{number} is beyond 2^53, where JavaScript and others lose digits"
                yield schema.where(*path), f"{why}: write it as a string"


def _large(value: object, path: Path) -> Iterator[tuple[Path, int]]:
    """Yield the integers in a value that are too large, with their paths."""
    if isinstance(value, int) and abs(value) > _EXACT:
        yield path, value
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _large(one, (*path, index))
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _large(one, (*path, name))
