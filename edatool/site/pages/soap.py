"""The page of a SOAP service."""

from edatool.site.addresses import address
from edatool.site.facts import Facts
from edatool.site.html import Markup, content, element
from edatool.site.page import Page
from edatool.site.pages.history import history_section
from edatool.site.pages.parts import KINDS, Links, code, explained, facts_list, lead, missing, section
from edatool.site.pages.senders import sent
from edatool.spec.soap import SpecSoapService


def soap_page(facts: Facts, service: SpecSoapService) -> Page:
    """Return the page of a service."""
    path = address("soap", service.name)
    links, spec = Links(facts, path), facts.routes.spec
    body = content(
        lead(service.summary),
        explained("soap"),
        links.changed("soap", service.name),
        facts_list(
            ("Owner", links.owner(service.owner)),
            (
                "Called at",
                content(code(f"/soap/{service.name}"), element("small", "Its WSDL is there, too, with ?wsdl.")),
            ),
            ("Namespace", code(service.namespace)),
            ("Who may call it", _callers(links, service)),
            ("Declared at", code(facts.place(where))) if (where := spec.where("soap", service.name)) else None,
        ),
        section(
            "Its operations",
            element(
                "p",
                "Each is called as its event, and has its fields: rename one, and callers break.",
                class_="note",
            ),
            sent(links, service.events),
        ),
        history_section(links, "soap", service.name),
    )
    return Page(path, service.name, KINDS["soap"][0], body)


def _callers(links: Links, service: SpecSoapService) -> Markup:
    producers = links.facts.routes.spec.producers
    if not producers:
        return missing("programs of the gateway's own machine, as no producers are declared")
    return links.all("producer", [one.name for one in producers.values() if set(one.events) & set(service.events)])
