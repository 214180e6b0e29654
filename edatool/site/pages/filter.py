"""The page of a filter."""

from collections.abc import Iterator

from edatool.filters.analysis import conditions
from edatool.filters.pattern import Filter, joined
from edatool.filters.words import said
from edatool.site.addresses import address
from edatool.site.facts import Facts
from edatool.site.html import Markup, content, element
from edatool.site.page import Page
from edatool.site.pages.history import history_section
from edatool.site.pages.parts import Links, as_json, code, command, explained, missing, section, table


def filter_page(facts: Facts, name: str) -> Page:
    """Return the page of a named filter."""
    path = address("filter", name)
    links, spec = Links(facts, path), facts.routes.spec
    used = [one for one in spec.bindings if one.filter == name]
    taken = [
        (event, one)
        for event, way in facts.ways.items()
        for each in way.exchanges.values()
        for one in each
        if one.declared.filter == name
    ]
    rows = [
        (
            links.to("queue" if one.queue else "exchange", one.destination),
            links.all("event", dict.fromkeys(event for event, each in taken if each.declared is one)),
        )
        for one in used
    ]
    condition = facts.routes.filters.named.get(name)
    body = content(
        explained("filter"),
        links.changed("filter", name),
        section(
            "What it asks",
            table("Conditions", ("Field", "It has to be"), _conditions(links, condition)) if condition else None,
            element("pre", code(as_json(spec.filters[name])), tabindex="0"),
        ),
        section(
            "Where it is used",
            table("Uses", ("To", "Events"), rows) if rows else element("p", missing("No binding uses it.")),
        ),
        section("Try it", command("edatool", "filter", "test", name, "payload.json")),
        history_section(links, "filter", name),
    )
    return Page(path, name, "Filter", body)


def _conditions(links: Links, condition: Filter) -> Iterator[tuple[Markup, str]]:
    for path, values in conditions(condition.pattern):
        shown = links.field(path[1:], joined(path)) if path[0] == "data" else code(joined(path))
        yield shown, said(values) or "missing"
