"""All rules asked of a spec."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from edatool.checks import error_rules
from edatool.checks.accepted import accepted
from edatool.checks.catalogue import code_of
from edatool.checks.filtered import Filtered
from edatool.checks.found import Found, finding
from edatool.checks.routed import routed
from edatool.checks.subject import Subject
from edatool.findings import Finding

Given = TypeVar("Given")


def check(subject: Subject, *, errors_only: bool = False) -> list[Finding]:
    """Return what the rules about what is written find; with ``errors_only`` no files of deliveries are read."""
    written, taken = error_rules.WRITTEN, error_rules.ACCEPTED
    if not errors_only:
        from edatool.checks import warning_rules  # noqa: PLC0415 - publishers ask for errors only

        written = written + error_rules.OF_DELIVERIES + warning_rules.WRITTEN
        taken = taken + warning_rules.ACCEPTED
    return [
        *_found(written, subject, subject),
        *subject.routes.filters.findings,
        *_found(taken, accepted(subject), subject),
    ]


def check_routing(subject: Subject, *, errors_only: bool = False) -> list[Finding]:
    """Return what the rules about where messages go find, in a spec without errors.

    Where not all of the topology can be simulated, at most the reason for that is said.
    """
    whole = routed(subject)
    filtered = Filtered(whole)
    wrong = [] if whole.router.doubts else [*_found(error_rules.FILTERED, filtered, subject)]
    if errors_only:
        return wrong
    from edatool.checks import warning_rules  # noqa: PLC0415 - as above

    wrong += _found(warning_rules.LAID_OUT, whole, subject)
    if whole.router.doubts:
        return wrong
    return [*wrong, *_found(warning_rules.ROUTED, whole, subject), *_found(warning_rules.FILTERED, filtered, subject)]


def _found(rules: Iterable[Callable[[Given], Found]], given: Given, subject: Subject) -> Iterator[Finding]:
    for rule in rules:
        code = code_of(rule)
        if code not in subject.off:
            yield from (finding(code, subject.spec, *one) for one in rule(given))
