"""The page with the picture of everything."""

from edatool.site.facts import Facts
from edatool.site.html import content, element
from edatool.site.page import Page
from edatool.site.pages.parts import Links
from edatool.site.picture import picture


def graph_page(facts: Facts) -> Page:
    """Return the page with the picture."""
    links = Links(facts, "graph.html")
    body = content(
        element(
            "p",
            "Who sends what, where it goes and who reads it, from left to right. What is one thing leads to its page.",
            class_="lead",
        ),
        picture(links, facts.graph, natural=True),
        element("p", "The same in words: ", element("a", "all events", href="events.html"), ", each with its way."),
    )
    return Page(links.here, "Graph", "All of it", body)
