"""The first page."""

from itertools import islice

from edatool.site.addresses import relative
from edatool.site.facts import Facts
from edatool.site.html import Markup, content, element
from edatool.site.page import Page
from edatool.site.pages.lists import event_table
from edatool.site.pages.parts import KINDS, Links, section
from edatool.site.picture import picture

MOST = 30
"""Events on the first page."""
FEW = 60
"""Boxes up to which the picture of everything is there, too."""


def overview(facts: Facts) -> Page:
    """Return the first page: what there is, and how it works."""
    links, spec = Links(facts, "index.html"), facts.routes.spec
    events = list(islice(spec.events.values(), MOST))
    rest = len(spec.events) - len(events)
    body = content(
        element(
            "p",
            f"What happens in {spec.name}, who is told, and why: by messages, over RabbitMQ.",
            class_="lead",
        ),
        _tiles(facts),
        section(
            "How it works",
            element(
                "p",
                "A service that has something to tell publishes an ",
                element("strong", "event"),
                " to an ",
                element("strong", "exchange"),
                ". The exchange passes a copy to each ",
                element("strong", "queue"),
                " that is bound for such messages. There it waits until a ",
                element("strong", "consumer"),
                " takes it. Neither knows the other: so a new consumer needs nothing from those who send.",
            ),
            element(
                "dl",
                [
                    (element("dt", KINDS[kind][0]), element("dd", KINDS[kind][1]))
                    for kind in ("event", "exchange", "queue", "consumer", "filter")
                ],
                class_="facts",
            ),
        ),
        section("All of it", picture(links, facts.graph)) if len(facts.graph.nodes) <= FEW else None,
        section(
            "What happens",
            event_table(links, events) if events else element("p", "The spec declares no events."),
            element("p", element("a", f"All {len(spec.events)} events", href="events.html")) if rest else None,
        ),
    )
    return Page("index.html", spec.name, "Events and where they go", body)


def _tiles(facts: Facts) -> Markup:
    spec = facts.routes.spec
    failed = sum(not one.passed for one in facts.tests)
    tiles = (
        (len(spec.events), "events", "events.html"),
        (len(spec.queues), "queues", "queues.html"),
        (len(spec.exchanges), "exchanges", "exchanges.html"),
        (len(facts.readers), "consumers", "consumers.html"),
        (len(facts.senders), "senders", "senders.html"),
        (len(facts.owners), "teams and services", "owners.html"),
        (len(facts.routes.findings), "findings", "findings.html"),
        (len(facts.tests) - failed, f"of {len(facts.tests)} tests pass", "findings.html#tests"),
    )
    return element(
        "ul",
        [
            element(
                "li",
                element(
                    "a",
                    element("strong", str(number)),
                    label,
                    href=relative(page, "index.html") if "#" not in page else page,
                ),
            )
            for number, label, page in tiles
        ],
        class_="tiles",
    )
