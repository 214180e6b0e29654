"""A binding to a topic or direct exchange that says no key, so it would get the empty key only."""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for one in subject.spec.bindings:
        # Of headers another rule says that they are not looked at.
        if (
            one.exchange
            and not one.keys
            and not one.headers
            and subject.exchange_type(one.exchange) in ("topic", "direct")
        ):
            message = f"{one.exchange!r} routes by key: say key, keys or events"
            yield at(*one.path, "exchange"), message
