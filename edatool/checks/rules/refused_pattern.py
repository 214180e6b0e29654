"""RabbitMQ refuses a pattern, or it takes too long.

Patterns of policies and permissions are regular expressions of PCRE. Correct it; repeat nothing that repeats.

Bad:

    edatool: 1
    name: shop
    policies:
      bounded: {pattern: "^(orders", apply_to: queues, definition: {max-length: 10}}

    $ edatool validate
    routes.yaml:4:22: E288 '^(orders' is no regular expression (an opening parenthesis without a closing one), and RabbitMQ refuses it: correct it

Good:

    edatool: 1
    name: shop
    policies:
      bounded: {pattern: "^orders", apply_to: queues, definition: {max-length: 10}}
"""

from collections.abc import Iterable

from edatool.checks.found import Found, at
from edatool.checks.patterns import patterns
from edatool.checks.subject import Subject
from edatool.errors import InvalidInput
from edatool.routing.pcre.errors import PatternError, Unsupported
from edatool.routing.pcre.pattern import compile_pattern


def find(subject: Subject) -> Found:
    names = (*subject.spec.exchanges, *subject.spec.queues)
    for path, pattern in patterns(subject):
        if wrong := _wrong(pattern, names):
            yield at(*path), wrong


def _wrong(pattern: str, names: Iterable[str]) -> str | None:
    try:
        compiled = compile_pattern(pattern)
        for name in names if compiled.may_take_long else ():
            compiled.matches(name)
    except Unsupported:
        return None
    except PatternError as error:
        return f"{pattern!r} is no regular expression ({error}), and RabbitMQ refuses it: correct it"
    except InvalidInput as error:
        return error.findings[0].message
    return None
