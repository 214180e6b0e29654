"""The pages that list all of a kind."""

from collections.abc import Iterable, Sequence

from edatool.filters.pattern import joined
from edatool.site.facts import Facts
from edatool.site.html import Markup, content, element
from edatool.site.page import Page
from edatool.site.pages.parts import NOTHING, Links, explained, listed, missing, section, table
from edatool.spec.spec import Event

_ALL = "All of them"


def list_pages(facts: Facts) -> list[Page]:
    """Return a page with all events, one with all queues, and so on."""
    return [
        _events(facts),
        _queues(facts),
        _exchanges(facts),
        _filters(facts),
        _readers(facts),
        _owners(facts),
        _fields(facts),
    ]


def event_table(links: Links, events: Iterable[Event], about: str = "Events") -> Markup:
    """Return a table of events."""
    rows = (
        (
            content(links.to("event", one.name), links.badge("event", one.name)),
            one.summary or NOTHING,
            links.owner(one.producer) if one.producer else NOTHING,
            destinations(links, one.name),
        )
        for one in events
    )
    return table(about, ("Event", "What it says", "Sent by", "Goes to"), rows)


def destinations(links: Links, event: str) -> Markup:
    """Return the queues that an event goes to."""
    way = links.facts.ways[event]
    if not way.queues and way.otherwise:
        return content(links.all("queue", way.otherwise), element("small", "as no binding takes it"))
    return links.all("queue", way.queues)


def _events(facts: Facts) -> Page:
    links = Links(facts, "events.html")
    by_category: dict[str, list[Event]] = {}
    for one in facts.routes.spec.events.values():
        by_category.setdefault(one.category or "Without a category", []).append(one)
    tables = [section(name, event_table(links, each, name)) for name, each in by_category.items()]
    return Page(links.here, "Events", _ALL, content(explained("event"), tables or _none()))


def _queues(facts: Facts) -> Page:
    links, queues = Links(facts, "queues.html"), facts.routes.spec.queues.values()
    rows = [
        (
            content(links.to("queue", one.name), links.badge("queue", one.name)),
            one.summary or NOTHING,
            links.owner(one.owner) if one.owner else NOTHING,
            listed([links.reader(each) for each in facts.readers_of.get(one.name, ())]),
            str(len(facts.events_of.get(one.name, ()))),
        )
        for one in queues
    ]
    return listing(links, "Queues", explained("queue"), ("Queue", "What it is for", "Owner", "Read by", "Events"), rows)


def _exchanges(facts: Facts) -> Page:
    links, spec = Links(facts, "exchanges.html"), facts.routes.spec
    published: dict[str, int] = {}
    for event in spec.events.values():
        published[event.exchange] = published.get(event.exchange, 0) + 1
    rows = [
        (
            content(links.to("exchange", one.name), links.badge("exchange", one.name)),
            one.type,
            one.summary or NOTHING,
            str(published.get(one.name, 0)),
        )
        for one in spec.exchanges.values()
    ]
    heads = ("Exchange", "Type", "What it is for", "Events published to it")
    return listing(links, "Exchanges", explained("exchange"), heads, rows)


def _filters(facts: Facts) -> Page:
    links, spec = Links(facts, "filters.html"), facts.routes.spec
    rows = [
        (
            content(links.to("filter", name), links.badge("filter", name)),
            listed(
                [
                    *(
                        links.to("queue" if one.queue else "exchange", one.destination)
                        for one in spec.bindings
                        if one.filter == name
                    ),
                    *(links.to("delivery", one.name) for one in spec.deliveries.values() if one.filter == name),
                ]
            ),
        )
        for name in spec.filters
    ]
    return listing(links, "Filters", explained("filter"), ("Filter", "Decides about"), rows)


def _readers(facts: Facts) -> Page:
    links = Links(facts, "consumers.html")
    rows = [
        (
            content(links.reader(one), links.badge(one.kind, one.name)),
            one.kind,
            one.summary or NOTHING,
            links.owner(one.owner) if one.owner else NOTHING,
            links.all("queue", one.queues),
        )
        for one in facts.readers
    ]
    heads = ("Name", "Kind", "What it does", "Owner", "Reads")
    return listing(links, "Consumers", explained("consumer"), heads, rows)


def _owners(facts: Facts) -> Page:
    links, spec = Links(facts, "owners.html"), facts.routes.spec
    owned: dict[str, list[str]] = {}
    for queue in spec.queues.values():
        owned.setdefault(queue.owner or "", []).append(queue.name)
    rows = [
        (links.owner(name), links.all("event", facts.sent_by.get(name, ())), links.all("queue", owned.get(name, ())))
        for name in facts.owners
    ]
    return listing(links, "Teams and services", explained("owner"), ("Name", "Sends", "Owns"), rows)


def _fields(facts: Facts) -> Page:
    links = Links(facts, "fields.html")
    rows = [
        (
            links.to("field", joined(path)),
            listed([content(one) for one in dict.fromkeys(use.by for use in facts.uses.get(path, ()))]),
            str(len(events)),
        )
        for path, events in facts.fields.items()
    ]
    note = element(
        "p", "Which fields there are in all events, and what reads each: what breaks when it is renamed.", class_="lead"
    )
    return listing(links, "Fields", note, ("Field", "Read by", "Events that have it"), rows)


def listing(links: Links, title: str, about: Markup, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> Page:
    """Return a page with a table of all of a kind."""
    return Page(links.here, title, _ALL, content(about, table(title, heads, rows) if rows else _none()))


def _none() -> Markup:
    return element("p", missing("The spec declares none."))
