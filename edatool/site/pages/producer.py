"""The page of who may send events by HTTP."""

from collections.abc import Iterator

from edatool.counted import counted
from edatool.site.addresses import address
from edatool.site.facts import Facts
from edatool.site.html import Markup, content
from edatool.site.page import Page
from edatool.site.pages.history import history_section
from edatool.site.pages.parts import KINDS, Links, code, explained, facts_list, lead, section
from edatool.site.pages.senders import sent
from edatool.spec.producing import SpecProducer
from edatool.spec.quantity import as_size


def producer_page(facts: Facts, producer: SpecProducer) -> Page:
    """Return the page of a producer; how it is known is said without anything that makes it known."""
    path = address("producer", producer.name)
    links, spec = Links(facts, path), facts.routes.spec
    shown = list(_shown(producer))
    services = [one.name for one in spec.soap.values() if set(one.events) & set(producer.events)]
    body = content(
        lead(producer.summary),
        explained("producer"),
        links.changed("producer", producer.name),
        facts_list(
            ("Owner", links.owner(producer.owner)),
            ("Known by", content([[one, " or "] for one in shown[:-1]], shown[-1])),
            ("At most", ", ".join(_limits(producer))),
            ("May call by SOAP", links.all("soap", services)) if services else None,
            ("Declared at", code(facts.place(where))) if (where := spec.where("producers", producer.name)) else None,
        ),
        section("What it may send", sent(links, producer.events)),
        history_section(links, "producer", producer.name),
    )
    return Page(path, producer.name, KINDS["producer"][0], body)


def _shown(one: SpecProducer) -> Iterator[Markup]:
    """Yield what makes it known, any of which will do: there is one at least."""
    if one.tokens:
        yield content("its token" if len(one.tokens) == 1 else f"one of {len(one.tokens)} tokens")
    if one.certificate:
        yield content("the client certificate of ", code(one.certificate))
    if one.signature:
        how = content(one.signature.style) if one.signature.style else content("in ", code(one.signature.header))
        yield content("the signature of its requests (", how, ")")
    if one.password:
        yield content("its password, by WS-Security")


def _limits(one: SpecProducer) -> Iterator[str]:
    if one.rate:
        yield f"{counted(one.rate, 'event')} a second"
    if one.in_flight:
        yield f"{counted(one.in_flight, 'request')} at once"
    yield f"{as_size(one.max_body)} each"
