"""What several kinds of pages are put together of."""

import json
import re
import shlex
from collections.abc import Iterable, Sequence

from edatool.filters.paths import names_of
from edatool.filters.pattern import joined
from edatool.frozen import frozen
from edatool.site.addresses import Kind, address, relative
from edatool.site.facts import Facts, Reader, Sender
from edatool.site.html import Markup, content, element
from edatool.site.uses import Names
from edatool.spec.sources import SpecMapping

KINDS: dict[Kind, tuple[str, str]] = {
    "event": ("Event", "An event is a message that says what has happened. Who sends it does not know who gets it."),
    "queue": ("Queue", "A queue keeps messages, in order, until a consumer has taken them and said that it is done."),
    "exchange": (
        "Exchange",
        "An exchange takes messages from those who send them, keeps none, and passes each on by its bindings: "
        "rules that say which messages go to which queue.",
    ),
    "filter": (
        "Filter",
        "A filter is a condition on what is in a message. Only messages that fit take its binding, or are delivered.",
    ),
    "consumer": ("Consumer", "A consumer is a program that takes messages from a queue, and does something for each."),
    "trigger": ("Trigger", "A trigger starts a program, a function or a request for each message of a queue."),
    "delivery": ("Delivery", "A delivery posts the messages of a queue to the URL of somebody else."),
    "producer": (
        "Sender by HTTP",
        "A sender by HTTP posts events to edatool gateway, which publishes them once it knows who it is.",
    ),
    "source": (
        "Source of webhooks",
        "A source is another system that reports by signed requests; each becomes an event.",
    ),
    "soap": (
        "SOAP service",
        "A SOAP service is what edatool gateway offers to systems that speak SOAP. Each operation sends an event.",
    ),
    "policy": (
        "Policy",
        "A policy gives settings to the queues and exchanges whose names it fits. Of several one alone counts: "
        "that of the highest priority.",
    ),
    "operator policy": (
        "Operator policy",
        "An operator policy holds settings of queues within bounds, whatever the queues and other policies say.",
    ),
    "user": (
        "User",
        "A user is who a program is to RabbitMQ. Patterns say by name what it may declare, write to and read from.",
    ),
    "owner": ("Team or service", "Who owns queues and programs, and who sends events: whom to ask, and to tell."),
    "field": ("Field", "A field of what is in a message. Below stands all that reads or fills it."),
}
"""Each kind of thing by name, and in a sentence for whoever is new to it."""

TYPES = {
    "topic": "compares the words of the routing key with patterns: * is one word, # any number of words",
    "direct": "passes a message to the bindings that have exactly its routing key",
    "fanout": "passes every message to everything that is bound",
    "headers": "compares the headers of a message with those that bindings name",
}
"""What the types of exchanges do."""

_BREAKS = re.compile(r"(?<=[._/:-])(?=[^._/:-])")
NOTHING = element("span", "none", class_="none")


@frozen
class Links:
    """Links on the page ``here`` to others of the site."""

    facts: Facts
    here: str

    def to(self, kind: Kind, name: str, label: str | None = None) -> Markup:
        """Return the name of something, as a link where it has a page."""
        shown = element("span", breakable(label or name or "(default exchange)"), class_="name")
        if (kind, name) not in self.facts.known:
            return shown
        return element("a", shown, href=relative(address(kind, name), self.here))

    def all(self, kind: Kind, names: Iterable[str]) -> Markup:
        """Return several, one after the other; what stands for nothing where there are none."""
        return listed([self.to(kind, name) for name in names])

    def field(self, path: Names, label: str | None = None) -> Markup:
        """Return a field of payloads."""
        return self.to("field", joined(path), label)

    def reader(self, one: Reader) -> Markup:
        """Return what reads a queue."""
        return self.to(one.kind, one.name)

    def sender(self, one: Sender) -> Markup:
        """Return what sends events."""
        return self.to(one.kind, one.name)

    def owner(self, name: str | None) -> Markup:
        """Return who owns something."""
        return self.to("owner", name) if name else missing("nobody is named")

    def changed(self, kind: Kind, name: str) -> Markup | None:
        """Return a line that says what has changed, where something has."""
        badge = self.badge(kind, name)
        return element("p", badge, " since ", code(self.facts.since)) if badge else None

    def badge(self, kind: Kind, name: str) -> Markup | None:
        """Return the badge of what has changed."""
        change = self.facts.changes.get((kind, name))
        return content(" ", element("span", change, class_=f"badge {change}")) if change else None


def breakable(name: str) -> Markup:
    """Return a name that may go on in the next line behind each dot and the like, where it is too long."""
    return content([[part, element("wbr")] for part in _BREAKS.split(name)[:-1]], _BREAKS.split(name)[-1])


def listed(parts: Sequence[Markup]) -> Markup:
    """Return parts with commas between them; what stands for nothing where there are none."""
    between = [content(", ", one) for one in parts[1:]]
    return content(parts[0], between) if parts else NOTHING


def mapped(links: Links, one: SpecMapping) -> Markup:
    """Return what the payload of an event is made of."""
    if not one.fields and not one.constants:
        return content("what comes")
    fields = [content(links.field(names_of(name)), " from ", code(path)) for name, path in one.fields.items()]
    constants = [
        content(links.field(names_of(name)), " is always ", code(as_json(value, indent=None)))
        for name, value in one.constants.items()
    ]
    return listed([*fields, *constants])


def missing(text: str) -> Markup:
    """Return what stands where something is not said."""
    return element("em", text)


def facts_list(*rows: tuple[str, object] | None) -> Markup:
    """Return facts: a word, and what is to be said."""
    shown = [(element("dt", row[0]), element("dd", row[1])) for row in rows if row]
    return element("dl", shown, class_="facts")


def table(about: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Markup:
    """Return a table that scrolls by itself where it is too wide; the first cell of a row is its head.

    On a phone each row is a box, in which cells stand below each other: that they are cells is said once more, as
    browsers forget it then.
    """
    body = [
        element(
            "tr",
            element("th", element("div", row[0]), scope="row", role="rowheader"),
            [
                element("td", element("div", cell), role="cell", data_label=head)
                for head, cell in zip(heads[1:], row[1:], strict=True)
            ],
            role="row",
        )
        for row in rows
    ]
    head = element("tr", [element("th", one, scope="col", role="columnheader") for one in heads], role="row")
    parts = element("thead", head, role="rowgroup"), element("tbody", body, role="rowgroup")
    return element(
        "div", element("table", parts, role="table"), class_="wide", tabindex="0", role="region", aria_label=about
    )


def section(title: str, *children: object) -> Markup:
    """Return a section with a heading that links lead to."""
    anchor = "".join(one if one.isalnum() else "-" for one in title.lower())
    return element("section", element("h2", title, id=anchor), children)


def lead(summary: str | None) -> Markup:
    """Return what is said of something in the spec."""
    if summary:
        return element("p", summary, class_="lead")
    return element("p", missing("Nothing is said about it: give it a "), code("summary"), " in the spec.")


def explained(kind: Kind) -> Markup:
    """Return what such a thing is."""
    return element("p", KINDS[kind][1], class_="note")


def as_json(value: object, *, indent: int | None = 2) -> str:
    """Return a value as JSON."""
    return json.dumps(value, indent=indent, ensure_ascii=False)


def code(text: str) -> Markup:
    """Return a text as code."""
    return element("code", text)


def command(*words: str) -> Markup:
    """Return a command line, in which names are quoted for a shell."""
    return element("pre", code(shlex.join(words)), tabindex="0")
