"""The page of a source of webhooks."""

from edatool.site.addresses import address
from edatool.site.facts import Facts
from edatool.site.html import Markup, content
from edatool.site.page import Page
from edatool.site.pages.parts import NOTHING, Links, as_json, code, explained, facts_list, lead, listed, section, table
from edatool.spec.sources import SpecMapping, SpecSource


def source_page(facts: Facts, source: SpecSource) -> Page:
    """Return the page of a source."""
    path = address("source", source.name)
    links = Links(facts, path)
    rows = [(code(value), links.to("event", one.event), _payload(links, one)) for value, one in source.events.items()]
    if source.otherwise:
        label = "anything else" if rows else "every request"
        rows.append((content(label), links.to("event", source.otherwise.event), _payload(links, source.otherwise)))
    elif source.by:
        fate = "is taken, and nothing becomes of it" if source.ignores else "is refused"
        rows.append((content("anything else"), content(fate), NOTHING))
    body = content(
        lead(source.summary),
        explained("source"),
        links.changed("source", source.name),
        facts_list(
            ("Owner", links.owner(source.owner)),
            ("Posts to", code(source.path)),
            ("Signed", source.signature.style or content("in the header ", code(source.signature.header))),
            ("Told apart by", code(source.by)) if source.by else None,
        ),
        section("What it becomes", table("Events", ("Where it says", "Event", "Payload"), rows)),
    )
    return Page(path, source.name, "Source of webhooks", body)


def _payload(links: Links, one: SpecMapping) -> Markup:
    if not one.fields and not one.constants:
        return content("what comes")
    fields = [content(links.field(tuple(name.split("."))), " from ", code(path)) for name, path in one.fields.items()]
    constants = [
        content(links.field(tuple(name.split("."))), " is always ", code(as_json(value, indent=None)))
        for name, value in one.constants.items()
    ]
    return listed([*fields, *constants])
