"""A pattern with a part that edatool does not read, so that it is left to RabbitMQ."""

from edatool.checks.found import Found, at
from edatool.checks.patterns import patterns
from edatool.checks.subject import Subject
from edatool.routing.pcre.pattern import PatternError, Unsupported, compile_pattern


def find(subject: Subject) -> Found:
    for path, pattern in patterns(subject):
        try:
            compile_pattern(pattern)
        except PatternError:
            continue
        except Unsupported as error:
            message = f"{pattern!r} is left to RabbitMQ, for edatool does not read {error}: write it simpler"
            yield at(*path), message
