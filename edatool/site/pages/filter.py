"""The page of a filter."""

from collections.abc import Iterator

from edatool.filters.pattern import AllOf, AnyOf, FieldPath, Not, Object, Values, joined
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
    rows += [
        (links.to("delivery", one.name), links.all("event", facts.events_of.get(one.queue, ())))
        for one in spec.deliveries.values()
        if one.filter == name
    ]
    body = content(
        explained("filter"),
        links.changed("filter", name),
        section(
            "What it asks",
            element(
                "p", "Of a message all of this has to be true; ", code("data"), " is what is in it.", class_="note"
            ),
            element("ul", list(_conditions(links, facts.routes.filters.named[name].pattern)), class_="way"),
            element(
                "details",
                element("summary", "As it is written"),
                element("pre", code(as_json(spec.filters[name])), tabindex="0"),
            ),
        ),
        section(
            "Where it is used",
            table("Uses", ("To", "Events"), rows) if rows else element("p", missing("Nothing uses it.")),
        ),
        section("Try it", command("edatool", "filter", "test", name, "payload.json")),
        history_section(links, "filter", name),
    )
    return Page(path, name, "Filter", body)


def _conditions(links: Links, node: Object, around: FieldPath = ()) -> Iterator[Markup]:
    """Yield what all has to hold of a message, as items of a list."""
    for name, below in node.fields:
        if isinstance(below, Values):
            yield element("li", _named(links, (*around, name)), " is ", said(below))
        else:
            yield from _conditions(links, below, (*around, name))
    for absent in node.absent:
        yield element("li", _named(links, (*around, *absent.path)), " is missing")
    for one in node.combined:
        match one:
            case Not(option):
                yield _together("not that", [_conditions(links, option, around)])
            case AnyOf(options):
                yield _together("one of these", [_conditions(links, each, around) for each in options])
            case AllOf(options):
                yield _together("all of these", [_conditions(links, each, around) for each in options])


def _together(words: str, options: list[Iterator[Markup]]) -> Markup:
    """Return an item with a list below it, in which what belongs together stands in one item."""
    items = [list(one) for one in options]
    below = [one[0] if len(one) == 1 else element("li", "all of these", element("ul", one)) for one in items]
    return element("li", f"{words}:", element("ul", below))


def _named(links: Links, path: FieldPath) -> Markup:
    return links.field(path[1:], joined(path)) if path[0] == "data" and path[1:] else code(joined(path))
