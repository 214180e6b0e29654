"""Filters: tried on payloads, and evaluated for publishers that do not."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from edatool.broker.address import Address, parse, vhost_of
from edatool.errors import InvalidInput, WrongUsage, no_such_event
from edatool.filters.content import Content
from edatool.filters.parse import parse as parse_filter
from edatool.filters.pattern import Filter
from edatool.filters.reading import Where
from edatool.filters.tried import Tried
from edatool.filters.why import why_not
from edatool.routes import Routes, unpublished
from edatool.routing.addressing import address as addressed
from edatool.silent import silent
from edatool.spec.text.text import read

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

    from edatool.runtime.router.router import FilterRouter


def try_filter(
    payloads: Iterable[tuple[str, object]] | None = None,
    *,
    routes: Routes | None = None,
    name: str | None = None,
    pattern: str | None = None,
    event: str | None = None,
    key: str | None = None,
    file: str = "pattern",
) -> tuple[Tried, ...]:
    """Say of payloads whether a filter matches them, and why not: one of a spec, or a pattern that is in none yet.

    Args:
        payloads: JSON values, each with the name that it goes by; without any, the examples of the event's schema.
        routes: the spec that has the filter, or the event.
        name: the filter of the spec; or
        pattern: a pattern in YAML.
        event: an event of the spec, whose key and headers are matched, too.
        key: the routing key, instead of the event's.
        file: where the pattern stands, as findings name it.

    Raises:
        InvalidInput: the spec or the pattern has errors, or a payload is not published as this event.
        WrongUsage: the spec has no such filter or event, or there is nothing to try.
    """
    if routes:
        routes.require_valid()
    if (name is None) == (pattern is None):
        raise WrongUsage("name a filter of a spec, or give a pattern")
    found, where = _named(routes, name) if name is not None else _read(pattern or "", file)
    return tuple(
        Tried(each, tuple((failure, where(failure.at)) for failure in why_not(found, content)))
        for each, content in _contents(routes, event, key, payloads)
    )


def filter_router(
    routes: Routes,
    broker: str | Address,
    *,
    prefetch: int = 500,
    registry: "CollectorRegistry | None" = None,
    on_note: Callable[[str], None] = silent,
) -> "FilterRouter":
    """Return what sends messages of other publishers on to the destinations whose filters they match: its ``run`` does.

    Args:
        routes: the spec.
        broker: ``amqp[s]://user:password@host:port/vhost``.
        prefetch: how many messages to have in hand at once.
        registry: of prometheus_client, in which it measures.
        on_note: is told what a person should know: reconnections, messages put aside, a full queue.

    Raises:
        InvalidInput: the spec has errors.
        WrongUsage: no filter of the spec needs a router, or the URL is malformed or of another vhost.
    """
    from edatool.runtime.router.router import FilterRouter

    routes.require_valid()
    there = parse(broker) if isinstance(broker, str) else broker
    return FilterRouter(there, vhost_of(routes.spec.vhost, there), routes, prefetch, on_note, registry)


def read_filter(text: str, routes: Routes | None = None) -> Filter:
    """Return a filter of a spec by its name, or the one that a pattern in YAML is.

    Raises:
        WrongUsage: there is no such filter, and it is no pattern.
        InvalidInput: the pattern has errors.
    """
    if re.fullmatch(r"[\w.-]+", text):
        return _named(routes, text)[0]
    return _read(text, "pattern")[0]


def _named(routes: Routes | None, name: str) -> tuple[Filter, Where]:
    filters = routes.filters.named if routes else {}
    if routes is None or name not in filters:
        raise WrongUsage(f"the spec declares no filter {name!r}: it has {', '.join(filters) or 'none'}")
    return filters[name], routes.spec.document.where


def _read(pattern: str, file: str) -> tuple[Filter, Where]:
    document, wrong = read(pattern, file, {})
    parsed = wrong or parse_filter(document.value, (), document.where)
    if isinstance(parsed, list):
        raise InvalidInput(parsed)
    return parsed, document.where


def _contents(
    routes: Routes | None, event: str | None, key: str | None, payloads: Iterable[tuple[str, object]] | None
) -> Iterator[tuple[str, Content]]:
    if event is None:
        if payloads is None:
            raise WrongUsage("give a payload, or an event whose schema has examples")
        yield from ((name, Content(payload, key or "")) for name, payload in payloads)
        return
    events = routes.spec.events if routes else {}
    if routes is None or event not in events:
        raise no_such_event(event, events)
    for name, payload in _examples(routes, event) if payloads is None else payloads:
        yield name, _published(routes, event, name, payload, key)


def _examples(routes: Routes, event: str) -> list[tuple[str, object]]:
    contract = routes.contracts.get(routes.spec.events[event].schema or "")
    if contract is None or not contract.examples:
        raise WrongUsage(f"the schema of {event!r} has no example: give a payload")
    return [(f"example {number}", example) for number, example in enumerate(contract.examples)]


def _published(routes: Routes, event: str, name: str, payload: object, key: str | None) -> Content:
    """Return what is published of an event with this payload."""
    message = addressed(routes.spec.events[event], payload)
    if isinstance(message, list):
        raise unpublished((f"{name} is not published as {event!r}: {one}", None) for one in message)
    return Content(payload, message.key if key is None else key, dict(message.headers), event)
