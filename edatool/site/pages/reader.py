"""The page of what reads queues: a consumer, a trigger, a delivery."""

from edatool.site.addresses import address
from edatool.site.facts import Facts, Reader
from edatool.site.html import Markup, content, element
from edatool.site.page import Page
from edatool.site.pages.delivery import delivery_facts, posted
from edatool.site.pages.failing import when_it_fails
from edatool.site.pages.history import history_section
from edatool.site.pages.parts import KINDS, NOTHING, Links, code, explained, facts_list, lead, missing, section, table
from edatool.spec.consuming import SpecConsumer
from edatool.spec.http_url import without_secrets
from edatool.spec.quantity import as_duration
from edatool.spec.spec import Trigger


def reader_page(facts: Facts, reader: Reader) -> Page:
    """Return the page of what reads queues."""
    path = address(reader.kind, reader.name)
    links, spec = Links(facts, path), facts.routes.spec
    delivery = spec.deliveries[reader.name] if reader.kind == "delivery" else None
    events = list(dict.fromkeys(event for queue in reader.queues for event in facts.events_of.get(queue, ())))
    rows = [
        (
            links.to("event", event),
            spec.events[event].summary or NOTHING,
            links.all("queue", [queue for queue in reader.queues if event in facts.events_of.get(queue, ())]),
        )
        for event in events
    ]
    body = content(
        lead(reader.summary),
        explained(reader.kind),
        links.changed(reader.kind, reader.name),
        facts_list(
            ("Owner", links.owner(reader.owner)),
            ("Reads", links.all("queue", reader.queues)),
            *_of_consumer(links, spec.consumers.get(reader.name) if reader.kind == "consumer" else None),
            *_of_trigger(spec.triggers.get(reader.name) if reader.kind == "trigger" else None),
            *(delivery_facts(links, delivery) if delivery else ()),
        ),
        section(
            "What comes to it",
            table("Events", ("Event", "What it says", "By"), rows)
            if rows
            else element("p", missing("No declared event comes to its queues by a binding.")),
        ),
        posted(links, delivery) if delivery else None,
        section("When it fails", when_it_fails(links, [one for one in reader.queues if one in spec.queues])),
        history_section(links, reader.kind, reader.name),
    )
    return Page(path, reader.name, KINDS[reader.kind][0], body)


def _of_consumer(links: Links, one: SpecConsumer | None) -> list[tuple[str, object]]:
    if one is None:
        return []
    rows: list[tuple[str, object]] = []
    if one.concurrency:
        rows.append(("At once", f"{one.concurrency} events by each process"))
    if one.timeout:
        rows.append(("An event may take", as_duration(round(one.timeout * 1000))))
    if one.order_by:
        rows.append(
            ("In order", content("events with the same ", links.field(one.order_by.names), " one after the other"))
        )
    if one.inbox:
        rows.append(("No event twice", _remembered(links, one)))
    return rows


def _remembered(links: Links, one: SpecConsumer) -> Markup:
    assert one.inbox
    identity = one.inbox.identity
    match identity.kind:
        case "payload" if identity.field:
            told = content("the field ", links.field(identity.field.names))
        case "header":
            told = content("the header ", code(identity.header))
        case _:
            told = content("the message id")
    kept = as_duration(round(one.inbox.retention * 1000))
    return content(
        f"It remembers for {kept} what it has handled", element("small", "Events are told apart by ", told, ".")
    )


def _of_trigger(one: Trigger | None) -> list[tuple[str, object]]:
    if one is None:
        return []
    started = (
        " ".join(one.run)
        or one.call
        or one.aws_lambda
        or (without_secrets(one.http) if isinstance(one.http, str) else "a URL that is read elsewhere")
    )
    return [("Starts", code(started))]
