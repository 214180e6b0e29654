"""A binding names a filter that is not declared."""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject
from edatool.checks.undeclared import undeclared


def find(subject: Subject) -> Found:
    declared = subject.spec.filters
    for one in subject.spec.bindings:
        if isinstance(one.filter, str) and one.filter not in declared and not subject.is_lost("filters", one.filter):
            message = undeclared(subject, "filter", one.filter, declared)
            yield at(*one.path, "filter"), message
