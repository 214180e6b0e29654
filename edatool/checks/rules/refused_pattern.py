"""A pattern that RabbitMQ refuses, or that takes too long."""

from collections.abc import Iterable

from edatool.checks.found import Found, at
from edatool.checks.patterns import patterns
from edatool.checks.subject import Subject
from edatool.errors import InvalidInput
from edatool.routing.pcre.pattern import PatternError, Unsupported, compile_pattern


def find(subject: Subject) -> Found:
    names = (*subject.spec.exchanges, *subject.spec.queues)
    for path, pattern in patterns(subject):
        if wrong := _wrong(pattern, names):
            yield at(*path), wrong


def _wrong(pattern: str, names: Iterable[str]) -> str | None:
    try:
        compiled = compile_pattern(pattern)
        for name in names:
            compiled.matches(name)
    except Unsupported:
        return None
    except PatternError as error:
        return f"{pattern!r} is no regular expression ({error}), and RabbitMQ refuses it: correct it"
    except InvalidInput as error:
        return error.findings[0].message
    return None
