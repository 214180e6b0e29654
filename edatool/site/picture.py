"""Pictures of the graph as parts of pages, in which boxes lead to the pages of what they stand for."""

from xml.etree import ElementTree

from edatool.render.graph import FORMATS
from edatool.routing.graph.graph import Graph, NodeId
from edatool.site.addresses import Kind, address, relative
from edatool.site.html import Markup, element
from edatool.site.pages.parts import Links
from edatool.visible import visible

_KINDS: dict[str, Kind] = {
    "producer": "owner",
    "source": "source",
    "soap": "soap",
    "event": "event",
    "exchange": "exchange",
    "queue": "queue",
    "consumer": "consumer",
    "trigger": "trigger",
    "delivery": "delivery",
}
_NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'


def picture(links: Links, graph: Graph, *, natural: bool = False) -> Markup | None:
    """Return a picture that can be walked, None of nothing; ``natural``: as large as it is, however wide the page."""
    if not graph.nodes:
        return None
    whole = ElementTree.fromstring(FORMATS.show("svg", graph).replace(_NAMESPACE, "", 1))  # noqa: S314 - it is our own
    whole.set("role", "group")  # for it has links in it
    whole.remove(next(whole.iter("style")))
    pages: dict[tuple[str, str], str | None] = {(one.kind, visible(one.name)): _page(links, one) for one in graph.nodes}
    for above in list(whole.iter("g")):
        for place, box in enumerate(list(above)):
            page = pages.get((box.get("data-kind", ""), box.get("data-name", "")))
            if page:
                link = ElementTree.Element("a", {"href": page})
                link.append(box)
                above[place] = link
    drawn = Markup(ElementTree.tostring(whole, encoding="unicode"))
    shown = "picture natural" if natural else "picture"
    return element("div", drawn, class_=shown, tabindex="0", role="region", aria_label="Picture")


def _page(links: Links, node: NodeId) -> str | None:
    kind = _KINDS.get(node.kind)
    return relative(address(kind, node.name), links.here) if kind and (kind, node.name) in links.facts.known else None
