"""The page of an event."""

from collections.abc import Iterator
from urllib.parse import urlencode

from edatool.routing.bindings import exchange_type
from edatool.site.addresses import address, relative
from edatool.site.facts import Example, Facts
from edatool.site.html import Markup, content, element
from edatool.site.page import Page
from edatool.site.pages import simulator
from edatool.site.pages.failing import when_it_fails
from edatool.site.pages.history import history_section
from edatool.site.pages.parts import (
    NOTHING,
    Links,
    as_json,
    code,
    command,
    explained,
    facts_list,
    lead,
    listed,
    missing,
    section,
    table,
)
from edatool.site.pages.senders import WAYS
from edatool.site.pages.tests import tests_section
from edatool.site.pages.way import tree
from edatool.site.picture import picture
from edatool.spec.spec import Event
from edatool.spec.template import FieldPath


def event_page(facts: Facts, event: Event) -> Page:
    """Return the page of an event."""
    path = address("event", event.name)
    links, way = Links(facts, path), facts.ways[event.name]
    queues = (*way.queues, *way.otherwise)
    body = content(
        lead(event.summary),
        explained("event"),
        links.changed("event", event.name),
        _said(links, event),
        section(
            "Where it goes, and why",
            element("p", "Each queue that a message comes to gets a copy of its own.", class_="note"),
            picture(links, facts.graph_of_event(event.name)),
            tree(links, event.name),
            _examples(links, event.name),
        ),
        section("Who consumes it", _consumers(links, way.queues or way.otherwise)),
        section("What is in it", _contract(links, event)),
        section("When it fails", when_it_fails(links, queues)),
        tests_section(links, lambda one: event.name in (one.test.publish, one.event), event.name),
        history_section(links, "event", event.name),
    )
    return Page(path, event.name, "Event", body)


def _said(links: Links, event: Event) -> Markup:
    spec = links.facts.routes.spec
    kind = exchange_type(spec, event.exchange)
    senders = [one for one in links.facts.senders_of.get(event.name, ()) if one.kind != "owner"]
    headers = [content(code(name), " from ", links.field(path.names)) for name, path in event.headers.items()]
    return facts_list(
        ("Sent by", links.owner(event.producer) if event.producer else missing("no producer is named")),
        ("It also comes", listed([content(WAYS[one.kind], ": ", links.sender(one)) for one in senders]))
        if senders
        else None,
        ("Category", event.category) if event.category else None,
        ("Published to", content("exchange ", links.to("exchange", event.exchange), f" ({kind})" if kind else None)),
        (
            "Routing key",
            content(_key(links, event), element("small", "The word that exchanges compare with bindings.")),
        ),
        ("Headers", listed(headers)) if headers else None,
        ("Contract", _contract_file(event)),
        ("CloudEvents", f"in {event.cloudevents} mode, from {event.source}") if event.cloudevents else None,
        ("Declared at", code(links.facts.place(where))) if (where := spec.where("events", event.name)) else None,
    )


def _key(links: Links, event: Event) -> Markup:
    """Return the key with each field as a link."""
    parts = (
        content("{", links.field(part.names, str(part)), "}") if isinstance(part, FieldPath) else part
        for part in event.key.parts
    )
    return element("code", list(parts) or "(empty)")


def _contract_file(event: Event) -> Markup:
    if not event.schema:
        return missing("none: any payload is published")
    broken = "is refused" if event.contract == "strict" else "is published, and reported"
    return content(code(event.schema), element("small", f"A payload that breaks it {broken}."))


def _examples(links: Links, event: str) -> Markup | None:
    found = links.facts.examples[event]
    if not found:
        return None
    rows = [
        (str(number), code(as_json(one.payload, indent=None)), _goes(links, one)) for number, one in enumerate(found, 1)
    ]
    return content(
        element("h3", "Its examples"),
        table("Where the examples go", ("Example", "Payload", "Goes to"), rows),
        command("edatool", "route", event, "--why-not"),
        element("p", element("a", "Try another payload", href=_trying(links, event))),
    )


def _trying(links: Links, event: str) -> str:
    return f"{relative(simulator.PATH, links.here)}#{urlencode({'event': event})}"


def _goes(links: Links, one: Example) -> Markup:
    if one.refused:
        return content(element("span", "not published", class_="badge error"), " ", one.refused)
    parts = [links.to("queue", name) for name in one.queues]
    parts += [content(links.to("queue", name), " by chance") for name in one.maybe]
    return listed(parts) if parts else missing("no queue")


def _consumers(links: Links, queues: tuple[str, ...]) -> Markup:
    if not queues:
        return element("p", "It comes to no queue.")
    return table("Who consumes it", ("Queue", "Read by", "What it does", "Team"), _reading(links, queues))


def _reading(links: Links, queues: tuple[str, ...]) -> Iterator[tuple[object, ...]]:
    spec = links.facts.routes.spec
    for name in queues:
        readers, queue = links.facts.readers_of.get(name, ()), spec.queues[name]
        for one in readers:
            yield (
                links.to("queue", name),
                links.reader(one),
                one.summary or queue.summary or NOTHING,
                links.owner(one.owner),
            )
        if not readers:
            yield (
                links.to("queue", name),
                missing("nobody is declared"),
                queue.summary or NOTHING,
                links.owner(queue.owner),
            )


def _contract(links: Links, event: Event) -> Markup:
    contract = links.facts.routes.contracts.get(event.schema or "")
    if contract is None:
        return element("p", "It has no contract: nobody knows what is in it.")
    known = links.facts.schema_fields[event.name]
    rows = (
        (
            links.field(one.path, one.shown),
            one.types or "any",
            "always" if one.required else "may be absent",
            content(one.about, element("small", one.said) if one.about and one.said else one.said),
            listed([content(use.by) for use in links.facts.used(one.path, event.name)]),
        )
        for one in known
    )
    shown = table("Fields", ("Field", "Type", "There", "What it is", "Read by"), rows) if known else None
    return content(
        element(
            "p",
            "What reads a field, and so what breaks when it is renamed, is on the page of the field.",
            class_="note",
        ),
        shown,
        [element("pre", code(as_json(one)), tabindex="0") for one in contract.examples[:1]],
        element(
            "details",
            element("summary", "The whole schema"),
            element("pre", code(as_json(contract.schema)), tabindex="0"),
        ),
    )
