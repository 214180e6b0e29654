"""The page of a source of webhooks."""

from edatool.site.addresses import address
from edatool.site.facts import Facts
from edatool.site.html import content
from edatool.site.page import Page
from edatool.site.pages.history import history_section
from edatool.site.pages.parts import NOTHING, Links, code, explained, facts_list, lead, mapped, section, table
from edatool.spec.sources import SpecSource


def source_page(facts: Facts, source: SpecSource) -> Page:
    """Return the page of a source."""
    path = address("source", source.name)
    links, spec = Links(facts, path), facts.routes.spec
    rows = [(code(value), links.to("event", one.event), mapped(links, one)) for value, one in source.events.items()]
    if source.otherwise:
        label = "anything else" if rows else "every request"
        rows.append((content(label), links.to("event", source.otherwise.event), mapped(links, source.otherwise)))
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
            ("No request twice", content("told by ", code(source.id))) if source.id else None,
            ("Declared at", code(facts.place(where))) if (where := spec.where("sources", source.name)) else None,
        ),
        section("What it becomes", table("Events", ("Where it says", "Event", "Payload"), rows)),
        history_section(links, "source", source.name),
    )
    return Page(path, source.name, "Source of webhooks", body)
