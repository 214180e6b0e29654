"""The page that shows where a message goes, whatever is in it."""

import json
from collections.abc import Iterable

from edatool.routing.lowering.generated import names
from edatool.site.addresses import Kind, address
from edatool.site.facts import Facts
from edatool.site.html import Markup, content, element
from edatool.site.page import Page
from edatool.site.pages.parts import code, section
from edatool.site.simulator.data import simulator_data

PATH, TITLE = "simulator.html", "Where does my message go?"
DATA = "simulator-data.js"
SCRIPTS = (DATA, "assets/simulator-engine.js", "assets/simulator.js")


def simulator_page(facts: Facts) -> Page:
    """Return the page; the events to choose from, and what comes of them, are up to its scripts."""
    body = content(
        element(
            "p", "Choose an event, change what is in it, and see who gets it, and who does not, and why.", class_="lead"
        ),
        element(
            "noscript", element("p", "This page works with JavaScript only. ", code("edatool route"), " says the same.")
        ),
        _form(facts.routes.router.sources),
        element("p", id="answer", role="status", class_="answer"),
        element("div", id="ways"),
        section(
            "What is looked at",
            element(
                "p",
                "All that is compared here is computed in this page, as ",
                code("edatool route"),
                " computes it: keys, headers, filters, and the rules of each type of exchange. Nothing is published,"
                " and nothing leaves the page. Whether a payload keeps its contract, how long a delay takes, and what"
                " deliveries post, only ",
                code("edatool route"),
                " says.",
                class_="note",
            ),
        ),
    )
    return Page(PATH, TITLE, "Simulator", body, SCRIPTS)


def simulator_script(facts: Facts) -> str:
    """Return what the page knows of the spec, as a script: pages that are opened from a disk may read no other file."""
    kinds: tuple[Kind, ...] = ("event", "queue", "exchange")
    pages = {kind: [[name, address(kind, name)] for one, name in sorted(facts.known) if one == kind] for kind in kinds}
    known = {**simulator_data(facts.routes), "pages": pages, "intake": names(facts.routes.spec.name).intake}
    return f"window.edatoolSpec = {json.dumps(known)};\n"


def _form(exchanges: Iterable[str]) -> Markup:
    return element(
        "form",
        _field("event", "What is published", element("select", id="event")),
        element(
            "div",
            _field("payload", "Payload, as JSON", _text("payload", 12)),
            element("button", "Put the example back", type="button", id="example", class_="quiet"),
            id="of-event",
        ),
        element(
            "div",
            _field("exchange", "Exchange", element("input", id="exchange", list="exchanges", **_PLAIN)),
            element("datalist", [element("option", value=name) for name in exchanges], id="exchanges"),
            _field("key", "Routing key", element("input", id="key", **_PLAIN)),
            _field("headers", "Headers, one NAME=VALUE in each line; JSON, or text", _text("headers", 4)),
            id="of-message",
            hidden=True,
        ),
        _field("version", "Version of RabbitMQ", element("input", id="version", **_PLAIN)),
        element("p", element("button", "Show where it goes", type="submit", class_="main")),
        id="ask",
        hidden=True,
    )


_PLAIN = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}


def _field(name: str, label: str, control: Markup) -> Markup:
    return element("p", element("label", label, for_=name), control, class_="field")


def _text(name: str, rows: int) -> Markup:
    return element("textarea", id=name, rows=str(rows), spellcheck="false", class_="name")
