"""Bindings that RabbitMQ refuses, or that do not route as they look."""

from edatool.checks.subject import Findings, Subject
from edatool.routing.bindings import bindings_of
from edatool.spec.spec import Binding
from edatool.spec.template import FieldPath, Template

_MATCHES = ("all", "any", "all-with-x", "any-with-x")
_BY_EVENT = ("topic", "direct", "fanout")


def event_bindings(subject: Subject) -> Findings:
    """E231: a binding by events to an exchange whose type routes by other things than keys.

    On a direct exchange the key must be fixed, for a direct exchange has no wildcards.
    """
    for one, name, index in _bound_events(subject):
        event = subject.spec.events[name]
        kind = subject.exchange_type(event.exchange)
        path = (*one.path, "events", index)
        if kind is not None and kind not in _BY_EVENT:
            message = f"{name!r} is published to {event.exchange!r}, a {kind} exchange, where keys do not select events"
            yield subject.finding("E231", f"{message}: bind by exchange", *path)
        elif kind == "direct" and event.key.fields:
            message = f"the key of {name!r} has fields, and {event.exchange!r} is a direct exchange without wildcards"
            yield subject.finding("E231", f"{message}: bind by exchange and keys", *path)


def wide_event_bindings(subject: Subject) -> Findings:
    """W232: a binding by events whose derived key also matches other words, as ``order-{id}`` becomes ``*``."""
    for one, name, index in _bound_events(subject):
        event = subject.spec.events[name]
        if subject.exchange_type(event.exchange) == "topic" and _mixed_words(event.key):
            message = f"in the key of {name!r} a word mixes text and a field, so this binding gets any word there"
            yield subject.finding("W232", f"{message}: separate them with a dot", *one.path, "events", index)


def header_matches(subject: Subject) -> Findings:
    """E233: a headers match on an exchange of another type, or an x-match that RabbitMQ does not know."""
    for one in subject.spec.bindings:
        kind = subject.exchange_type(one.exchange) if one.exchange else None
        if one.headers and kind not in (None, "headers"):
            message = f"{one.exchange!r} is a {kind} exchange, which does not look at headers: use key or keys"
            yield subject.finding("E233", message, *one.path, "headers")
        if kind == "headers" and one.headers.get("x-match", "all") not in _MATCHES:
            yield subject.finding("E233", f"x-match is one of {', '.join(_MATCHES)}", *one.path, "headers", "x-match")
        if kind == "headers" and not (one.headers or one.arguments):
            message = "a binding to a headers exchange without headers gets every message: say what to match"
            yield subject.finding("E233", message, *one.path, "exchange")


def weights(subject: Subject) -> Findings:
    """E234: a binding to an x-consistent-hash exchange whose key is not its weight, a whole number from 1 to 10000."""
    for one in subject.spec.bindings:
        if not one.exchange or subject.exchange_type(one.exchange) != "x-consistent-hash":
            continue
        for index, key in enumerate(one.keys or ("",)):
            if not (key.isascii() and key.isdigit() and 1 <= int(key[:6]) <= 10000):
                message = f"the key is the weight here, a whole number from 1 to 10000, not {key!r}"
                yield subject.finding("E234", message, *subject.key_path(one, index))


def without_key(subject: Subject) -> Findings:
    """E235: a binding to a topic or direct exchange that says no key, so it would get the empty key only."""
    for one in subject.spec.bindings:
        # Of headers another rule says that they are not looked at.
        if (
            one.exchange
            and not one.keys
            and not one.headers
            and subject.exchange_type(one.exchange) in ("topic", "direct")
        ):
            message = f"{one.exchange!r} routes by key: say key, keys or events"
            yield subject.finding("E235", message, *one.path, "exchange")


def duplicates(subject: Subject) -> Findings:
    """W236: two bindings that are one on the broker."""
    first: dict[object, Binding] = {}
    for one in subject.spec.bindings:
        if any(subject.spec.events.get(name) is None for name in one.events):
            continue
        if any(subject.exchange_type(subject.spec.events[name].exchange) is None for name in one.events):
            continue
        for binding in bindings_of(subject.spec, one):
            before = first.setdefault(binding.identity, one)
            if before is not one and before.filter == one.filter:
                at = subject.spec.where(*before.path)
                yield subject.finding("W236", f"{binding} is bound in {at} already: keep one", *one.path)


def _bound_events(subject: Subject) -> list[tuple[Binding, str, int]]:
    return [
        (one, name, index)
        for one in subject.spec.bindings
        for index, name in enumerate(one.events)
        if name in subject.spec.events
    ]


def _mixed_words(key: Template) -> bool:
    marked = "".join("\0" if isinstance(part, FieldPath) else part for part in key.parts)
    return any("\0" in word and word != "\0" for word in marked.split("."))
