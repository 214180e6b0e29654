"""The page of an exchange."""

from edatool.routing.bindings import bindings_of
from edatool.routing.topology import Binding
from edatool.site.addresses import address
from edatool.site.facts import Facts
from edatool.site.html import Markup, content, element
from edatool.site.page import Page
from edatool.site.pages.history import history_section
from edatool.site.pages.parts import TYPES, Links, code, explained, facts_list, lead, listed, missing, section, table
from edatool.site.pages.policy import policy_facts
from edatool.site.pages.user import user_facts
from edatool.site.pages.way import reason
from edatool.site.ways import Taken
from edatool.spec.spec import SpecExchange


def exchange_page(facts: Facts, exchange: SpecExchange) -> Page:
    """Return the page of an exchange."""
    path = address("exchange", exchange.name)
    links, spec = Links(facts, path), facts.routes.spec
    published = [one.name for one in spec.events.values() if one.exchange == exchange.name]
    coming = [name for name, way in facts.ways.items() if exchange.name in way.exchanges and name not in published]
    leading = [Taken(each, one) for one in spec.bindings for each in bindings_of(spec, one)]
    sources = dict.fromkeys(one.binding.source for one in leading if _leads_to(one.binding, exchange.name))
    alternate_of = [one.name for one in spec.exchanges.values() if one.alternate == exchange.name]
    dead = [one.name for one in spec.queues.values() if one.dead_letter and one.dead_letter.exchange == exchange.name]
    about = TYPES.get(exchange.routes_as, "its rules come with a plugin")
    body = content(
        lead(exchange.summary),
        explained("exchange"),
        links.changed("exchange", exchange.name),
        facts_list(
            (
                "Type",
                content(exchange.type, element("small", f"It {about}." if exchange.routes_as in TYPES else about)),
            ),
            ("Owner", links.owner(exchange.owner)),
            ("What nothing takes", _otherwise(links, exchange)),
            ("Belongs to others", "It has to be there, and is never made, changed or removed.")
            if exchange.external
            else None,
            ("Closed", "Nobody may publish to it: messages come from other exchanges only.")
            if exchange.internal
            else None,
            ("Declared at", code(facts.place(where))) if (where := spec.where("exchanges", exchange.name)) else None,
            *policy_facts(links, ("exchange", exchange.name)),
            *user_facts(links, ("exchange", exchange.name), "Users who may publish to it", "write"),
        ),
        section(
            "What comes to it",
            facts_list(
                ("Published to it", links.all("event", published)),
                ("Events by other exchanges", links.all("event", coming)),
                ("Bound to", links.all("exchange", sources)),
                ("The alternate of", links.all("exchange", alternate_of)),
                ("Dead letters of", links.all("queue", dead)),
            ),
        ),
        section("Where it leads", _bindings(links, [one for one in leading if one.binding.source == exchange.name])),
        history_section(links, "exchange", exchange.name),
    )
    return Page(path, exchange.name, "Exchange", body)


def _leads_to(binding: Binding, name: str) -> bool:
    return binding.to_exchange and binding.destination == name


def _otherwise(links: Links, exchange: SpecExchange) -> Markup:
    if exchange.alternate:
        return content("goes to exchange ", links.to("exchange", exchange.alternate))
    return content("is dropped", element("small", "An alternate exchange would keep it."))


def _bindings(links: Links, bindings: list[Taken]) -> Markup:
    if not bindings:
        return element("p", missing("No binding leads on from it."))
    rows = [
        (
            links.to("exchange" if one.binding.to_exchange else "queue", one.binding.destination),
            reason(links, one),
            listed(
                [
                    links.to("event", name)
                    for name, way in links.facts.ways.items()
                    if one in way.exchanges.get(one.binding.source, ())
                ]
            ),
        )
        for one in bindings
    ]
    return table("Bindings", ("To", "A message goes there", "Events that may"), rows)
