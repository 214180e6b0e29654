"""A regular expression of a schema repeats what repeats, as `(a+)+` does.

edatool reads it in linear time. Validators that backtrack, such as those of Python and JavaScript, try every way to share
out the text among the rounds: 28 letters take seconds, and each further one doubles that. Let each round begin or end
with something that the repeat in it does not match.

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
    {"type": "object", "properties": {"slug": {"type": "string", "pattern": "^([a-z]+-?)+$"}}}

    $ edatool validate
    order.json:1:73: W323 ([a-z]+-?)+ repeats what repeats, which takes validators that backtrack exponential time: let each round begin with something else

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
    {"type": "object", "properties": {"slug": {"type": "string", "pattern": "^[a-z]+(-[a-z]+)*$"}}}
"""

from edatool.checks.found import Found
from edatool.checks.subject import Subject
from edatool.contracts.regexes.repeats import repeated_repeat


def find(subject: Subject) -> Found:
    for schema in subject.schemas:
        for path, pattern in schema.patterns:
            part = repeated_repeat(pattern)
            if part:
                why = f"{part:.40} repeats what repeats, which takes validators that backtrack exponential time"
                yield schema.where(*path), f"{why}: let each round begin with something else"
