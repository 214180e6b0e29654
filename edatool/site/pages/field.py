"""The page of a field of payloads: what breaks when it is renamed."""

from collections.abc import Iterator

from edatool.filters.pattern import joined
from edatool.routing.verify import Verified
from edatool.site.addresses import address
from edatool.site.facts import Facts
from edatool.site.html import Markup, content, element
from edatool.site.page import Page
from edatool.site.pages.parts import NOTHING, Links, code, command, explained, listed, missing, section, table
from edatool.site.pages.senders import WAYS
from edatool.site.pages.tests import test_table
from edatool.site.uses import Names, Use

BREAKS = {
    "routing key": "The key names it: until that names the new field, the event has no key and is not published.",
    "header": "The header is not there any more, and bindings that ask for it match nothing.",
    "subject of the CloudEvent": "The CloudEvent has no subject.",
    "order of handling": "Events are no longer handled one after the other that have it in common.",
    "what tells events apart": "An event cannot be told from another: it is not handled, or twice.",
    "delivery": "The request that is posted lacks it.",
    "webhook that fills it": "The webhook fills a field that the contract does not know.",
    "answer that fills it": "The answer fills a field that the contract does not know.",
    "element of a SOAP operation": "The WSDL names another element: callers have to send that.",
}
"""What becomes of each kind of use."""
BY_FILTER = "The condition reads nothing: messages pass the filter no longer, or too many do."


def field_page(facts: Facts, path: Names) -> Page:
    """Return the page of a field."""
    here, name = address("field", joined(path)), joined(path)
    links = Links(facts, here)
    found = list(facts.uses.get(path, ()))
    events = facts.fields[path]
    body = content(
        explained("field"),
        section("If it is renamed", _breaking(links, name, found)),
        section("Who fills it", _filling(links, events)),
        section("Who gets it", _getting(links, events)),
        section(
            "Where it is declared",
            table("Contracts", ("Event", "Type", "There", "What it is"), _declared(links, events, path)),
        ),
        _tests(links, events, path),
        section(
            "Change it without breaking anybody",
            element(
                "ol",
                element("li", "Add the new field to the contract beside this one, and have its sender fill both."),
                element("li", "Let everything above read the new one, and tell the teams that get it."),
                element("li", "Remove this one. Before, see what that does:"),
            ),
            command("edatool", "diff"),
        ),
    )
    return Page(here, name, "Field", body)


def _breaking(links: Links, name: str, found: list[Use]) -> Markup:
    if not found:
        return element(
            "p", f"Nothing in the spec reads {name}: no key, header, filter, order or delivery. Who gets it may do."
        )
    rows = [
        (
            content(links.to(*one.subject, label=one.by), element("small", code(one.written))),
            links.to("event", one.event),
            links.all("queue", one.queues) if one.queues else "no queue is bound by it",
            BREAKS.get(one.by, BY_FILTER),
        )
        for one in found
    ]
    return table("Uses", ("What reads it", "Of event", "Queues that depend on it", "What breaks"), rows)


def _filling(links: Links, events: tuple[str, ...]) -> Markup:
    found = {sender: None for event in events for sender in links.facts.senders_of.get(event, ())}
    if not found:
        return element("p", missing("Nobody is declared to send an event that has it."))
    rows = [
        (links.sender(one), WAYS[one.kind], links.all("event", [event for event in one.events if event in events]))
        for one in found
    ]
    return table("Senders", ("Sender", "How", "In event"), rows)


def _getting(links: Links, events: tuple[str, ...]) -> Markup:
    rows = [
        (
            links.to("queue", queue),
            listed([links.reader(one) for one in links.facts.readers_of.get(queue, ())]),
            links.all("event", got),
        )
        for queue, got in _queues(links, events).items()
    ]
    if not rows:
        return element("p", missing("No queue gets an event that has it."))
    return table("Queues", ("Queue", "Read by", "In event"), rows)


def _queues(links: Links, events: tuple[str, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for event in events:
        for queue in links.facts.ways[event].queues:
            found.setdefault(queue, []).append(event)
    return found


def _declared(links: Links, events: tuple[str, ...], path: Names) -> Iterator[tuple[object, ...]]:
    for event in events:
        known = [one for one in links.facts.schema_fields[event] if one.path == path]
        for one in known:
            about = content(one.about, element("small", one.said) if one.about and one.said else one.said)
            yield links.to("event", event), one.types or "any", "always" if one.required else "may be absent", about
        if not known:
            yield links.to("event", event), NOTHING, missing("its contract does not name it"), NOTHING


def _tests(links: Links, events: tuple[str, ...], path: Names) -> Markup | None:
    found = [one for one in links.facts.tests if _sent(one) in events and _has(_payload(links.facts, one), path)]
    return section("Tests whose payload has it", test_table(links, found)) if found else None


def _sent(one: Verified) -> str | None:
    return one.test.publish or one.event


def _payload(facts: Facts, one: Verified) -> object:
    """Return what a test publishes: its own payload, or the example that it names."""
    number = one.test.example
    return one.test.payload if number is None else facts.examples[one.test.publish or ""][number].payload


def _has(payload: object, path: Names) -> bool:
    for name in path:
        if not isinstance(payload, dict) or name not in payload:
            return False
        payload = payload[name]
    return True
