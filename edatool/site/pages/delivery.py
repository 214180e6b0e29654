"""What the page of a delivery says beside that of other readers: what it posts, and what becomes of answers."""

from collections.abc import Iterator

from edatool.filters.paths import names_of
from edatool.site.html import Markup, content, element
from edatool.site.pages.parts import Links, as_json, code, mapped, section, table
from edatool.spec.deliveries import SpecDelivery
from edatool.spec.filtering import UsedFilter
from edatool.spec.quantity import as_duration

_FORMATS = {
    "binary": "a CloudEvent in binary mode: the payload, and headers that say which event it is",
    "structured": "a CloudEvent in structured mode: one object with the payload in it",
    "payload": "the payload alone",
}


def delivery_facts(links: Links, one: SpecDelivery) -> list[tuple[str, object] | None]:
    """Return how a delivery posts; of secrets it says nothing."""
    return [
        ("Posts to", code(one.shown_url)),
        (
            "As",
            content("a call of ", code(one.soap.operation), " by the WSDL ", code(one.soap.wsdl))
            if one.soap
            else _FORMATS[one.format],
        ),
        ("Only what", _wanted(links, one.filter)) if one.filter is not None else None,
        ("Its receiver takes", content("what keeps ", code(one.schema))) if one.schema else None,
        ("Proves itself by", " and ".join(_shown(one))) if one.token or one.secrets else None,
        ("At most", ", ".join(_limits(one))),
        ("In order", content("events with the same ", links.field(one.order_by.names), " one after the other"))
        if one.order_by
        else None,
        (
            "Its answer becomes",
            content(links.to("event", one.answer.event), element("small", "Made of: ", mapped(links, one.answer))),
        )
        if one.answer
        else None,
    ]


def posted(links: Links, one: SpecDelivery) -> Markup:
    """Return the section of what is in a request."""
    constants = {field: code(as_json(value, indent=None)) for field, value in one.constants.items()}
    rows = [
        *((code(field), _origin(links, path)) for field, path in one.fields.items()),
        *((code(field), content("always ", value)) for field, value in constants.items()),
    ]
    what = table("Fields", ("Field", "From"), rows) if rows else element("p", "The payload as it is.")
    return section("What it posts", what)


def _wanted(links: Links, condition: UsedFilter) -> Markup:
    if isinstance(condition, str):
        return content("passes the filter ", links.to("filter", condition))
    return content("fits ", code(as_json(condition, indent=None)))


def _origin(links: Links, path: str) -> Markup:
    root, *names = names_of(path)
    return links.field(tuple(names)) if root == "data" and names else code(path)


def _shown(one: SpecDelivery) -> Iterator[str]:
    if one.token:
        yield "a bearer token"
    if one.secrets:
        yield "a signature as Standard Webhooks says"


def _limits(one: SpecDelivery) -> Iterator[str]:
    yield f"{one.concurrency} at once"
    if one.rate:
        yield f"{one.rate:g} a second"
    yield f"{as_duration(one.timeout)} for an answer"
