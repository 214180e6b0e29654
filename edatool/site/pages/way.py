"""The way of an event, as a tree: exchange, binding with its reason, queue, reader."""

from collections.abc import Iterator

from edatool.routing.bindings import exchange_type
from edatool.site.html import Markup, content, element
from edatool.site.pages.parts import TYPES, Links, as_json, code, listed
from edatool.site.ways import Taken


def tree(links: Links, event: str) -> Markup:
    """Return the way that messages of an event may take."""
    return element(
        "ul", element("li", _Tree(links, event).exchange(links.facts.routes.spec.events[event].exchange)), class_="way"
    )


class _Tree:
    def __init__(self, links: Links, event: str) -> None:
        self.links, self.way, self.seen = links, links.facts.ways[event], set[str]()

    def exchange(self, name: str, reason: Markup | None = None) -> Markup:
        spec = self.links.facts.routes.spec
        kind = exchange_type(spec, name) or ""
        about = f"It {TYPES[kind]}." if kind in TYPES else "How it decides is up to a plugin."
        if name in self.seen:
            about = "Shown above: an exchange passes a message on once."
        head = content("exchange ", self.links.to("exchange", name), reason, element("span", about, class_="why"))
        if name in self.seen:
            return head
        self.seen.add(name)
        return content(head, element("ul", list(self._below(name))))

    def _below(self, name: str) -> Iterator[Markup]:
        for one in self.way.exchanges.get(name, ()):
            yield element("li", self._destination(one))
        declared = self.links.facts.routes.spec.exchanges.get(name)
        if declared and declared.alternate and declared.alternate in self.way.exchanges:
            why = element("span", "its alternate: it gets what no binding takes", class_="why")
            yield element("li", "otherwise ", self.exchange(declared.alternate, why))
        elif not self.way.exchanges.get(name):
            yield element("li", "No binding takes it: the message is dropped.")

    def _destination(self, one: Taken) -> Markup:
        why = element("span", reason(self.links, one), class_="why")
        if one.binding.to_exchange:
            return self.exchange(one.binding.destination, why)
        readers = self.links.facts.readers_of.get(one.binding.destination, ())
        read = content(", read by ", listed([self.links.reader(each) for each in readers])) if readers else None
        return content(
            element("span", "queue ", self.links.to("queue", one.binding.destination), class_="end"), read, why
        )


def reason(links: Links, one: Taken) -> Markup:
    """Say why a message takes a binding."""
    kind = exchange_type(links.facts.routes.spec, one.binding.source)
    asked = {name: value for name, value in one.binding.arguments.items() if not name.startswith("x-")}
    if kind == "headers":
        every = " or " if one.binding.arguments.get("x-match") in ("any", "any-with-x") else " and "
        said = (
            content("when ", every.join(f"{name} is {as_json(value)}" for name, value in asked.items()))
            if asked
            else content("always")
        )
    elif kind == "fanout":
        said = content("always")
    elif kind == "topic":
        said = content("when its key fits ", code(one.binding.key))
    else:
        said = content("when its key is ", code(one.binding.key))
    return content(said, filtered(links, one.declared.filter))


def filtered(links: Links, condition: object) -> Markup | None:
    """Say what else a message has to fit."""
    if condition is None:
        return None
    if isinstance(condition, str):
        return content(", and it passes the filter ", links.to("filter", condition))
    return content(", and it fits ", code(as_json(condition, indent=None)))
