"""The page of all that sends events, and the table of what one of them sends."""

from collections.abc import Iterable

from edatool.site.addresses import Kind
from edatool.site.facts import Facts
from edatool.site.html import Markup, element
from edatool.site.page import Page
from edatool.site.pages.lists import destinations, listing
from edatool.site.pages.parts import NOTHING, Links, table

WAYS: dict[Kind, str] = {
    "owner": "publishes",
    "producer": "by HTTP",
    "source": "by webhooks",
    "soap": "by SOAP",
    "delivery": "by answers to a delivery",
}
"""How each kind of sender sends."""
_ABOUT = (
    "Services publish events themselves. edatool publishes what comes by HTTP, by webhooks, by SOAP, and as answers to "
    "deliveries."
)


def senders_page(facts: Facts) -> Page:
    """Return the page of all senders."""
    links = Links(facts, "senders.html")
    rows = [
        (
            links.sender(one),
            WAYS[one.kind],
            one.summary or NOTHING,
            links.owner(one.owner) if one.owner else NOTHING,
            links.all("event", one.events),
        )
        for one in facts.senders
    ]
    return listing(
        links, "Senders", element("p", _ABOUT, class_="note"), ("Name", "How", "What it is", "Owner", "Sends"), rows
    )


def sent(links: Links, events: Iterable[str]) -> Markup:
    """Return a table of events that something sends."""
    spec = links.facts.routes.spec
    rows = ((links.to("event", one), spec.events[one].summary or NOTHING, destinations(links, one)) for one in events)
    return table("Sent", ("Event", "What it says", "Goes to"), rows)
