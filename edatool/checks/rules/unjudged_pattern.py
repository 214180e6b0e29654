"""A pattern has a part that edatool does not read.

It is left to RabbitMQ, and edatool cannot tell to which names it applies. Write it simpler.

Bad:

    edatool: 1
    name: shop
    policies:
      bounded: {pattern: "^(orders|(?1)-late)$", apply_to: queues, definition: {max-length: 10}}

    $ edatool validate
    routes.yaml:4:22: W282 '^(orders|(?1)-late)$' is left to RabbitMQ, for edatool does not read the group (?1: write it simpler

Good:

    edatool: 1
    name: shop
    policies:
      bounded: {pattern: "^orders(-late)*$", apply_to: queues, definition: {max-length: 10}}
"""

from edatool.checks.found import Found, at
from edatool.checks.patterns import patterns
from edatool.checks.subject import Subject
from edatool.routing.pcre.errors import PatternError, Unsupported
from edatool.routing.pcre.pattern import compile_pattern


def find(subject: Subject) -> Found:
    for path, pattern in patterns(subject):
        try:
            compile_pattern(pattern)
        except PatternError:
            continue
        except Unsupported as error:
            message = f"{pattern!r} is left to RabbitMQ, for edatool does not read {error}: write it simpler"
            yield at(*path), message
