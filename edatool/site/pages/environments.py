"""The page that has environments side by side."""

from edatool.site.addresses import Kind
from edatool.site.environments import Differing
from edatool.site.facts import Facts
from edatool.site.html import Markup, content, element
from edatool.site.page import Page
from edatool.site.pages.parts import NOTHING, Links, code, table

_KINDS: dict[str, Kind] = {"event": "event", "exchange": "exchange", "queue": "queue"}


def environments_page(facts: Facts, names: tuple[str, ...], found: list[Differing]) -> Page:
    """Return the page of what differs between environments."""
    links = Links(facts, "environments.html")
    rows = [
        (_what(links, one), one.property or "is there", *(code(each) if each else NOTHING for each in one.values))
        for one in found
    ]
    body = content(
        element(
            "p", "One spec is for all of them. Only what differs is shown; everything else is the same.", class_="lead"
        ),
        table("Environments", ("What", "Property", *names), rows) if rows else element("p", "Nothing differs."),
    )
    return Page(links.here, "Environments", "Side by side", body)


def _what(links: Links, one: Differing) -> Markup:
    kind = _KINDS.get(one.kind)
    return content(one.kind, " ", links.to(kind, one.name) if kind else code(one.name))
