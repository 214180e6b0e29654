r"""A regular expression of a schema has what not all validators read.

Go's and others' of linear time have no looks ahead or behind, Python's has no `\p{L}` and writes named groups otherwise, and
older ones of JavaScript have no flags in groups. Write what all know. Off by default.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed]}
    checks:
      severity: {unportable-pattern: warning}
    --- order.json
    {"type": "object", "properties": {"name": {"type": "string", "pattern": "^\\p{L}+$"}}}

    $ edatool validate
    order.json:1:73: W322 Python and others without Unicode do not read \p{ in a regular expression: write it without

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed]}
    checks:
      severity: {unportable-pattern: warning}
    --- order.json
    {"type": "object", "properties": {"name": {"type": "string", "pattern": "^[A-Za-z]+$"}}}
"""

import re

from edatool.checks.found import Found
from edatool.checks.subject import Subject

_FOREIGN = re.compile(
    r"(?P<look>\(\?<?[=!])|(?P<property>\\[pP]\{)|(?P<named>\(\?<\w+>)|(?P<flags>\(\?[a-z-]+:)|(?P<edge>\\[<>])|\\.",
    re.DOTALL,
)
_LACKING = {
    "look": "validators of linear time, as of Go,",
    "property": "Python and others without Unicode",
    "named": "Python",
    "flags": "older JavaScript",
    "edge": "most validators",
}


def find(subject: Subject) -> Found:
    for schema in subject.schemas:
        for path, pattern in schema.patterns:
            found = next((one for one in _FOREIGN.finditer(pattern) if one.lastgroup), None)
            if found:
                message = f"{_LACKING[found.lastgroup or '']} do not read {found[0]} in a regular expression"
                yield schema.where(*path), f"{message}: write it without"
