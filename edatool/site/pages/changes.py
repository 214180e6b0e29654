"""The page of what differs from an earlier state."""

from collections.abc import Iterator

from edatool.change.changes import Create, Delete
from edatool.change.offline.diff import Diff
from edatool.render.plan.fates import arrivals, fates
from edatool.routing.topology import Exchange, Queue, describe
from edatool.site.addresses import Kind
from edatool.site.changes import KINDS
from edatool.site.facts import Facts
from edatool.site.html import Markup, content, element
from edatool.site.page import Page
from edatool.site.pages.parts import Links, code, command, section, table

_BADGES = {"added": "new", "changed": "changed", "removed": "removed"}
_FATES = {
    "unroutable": "no longer reaches any queue",
    "refused": "is refused",
    "loses": "no longer reaches",
    "changes": "goes elsewhere: now to",
    "gains": "now also reaches",
    "nowhere": "reaches no queue, as before",
}


def changes_page(facts: Facts, diff: Diff) -> Page:
    """Return the page of a diff."""
    links = Links(facts, "changes.html")
    declared, going, contracts = list(_declared(links, diff)), list(_going(links, diff)), list(_contracts(links, diff))
    body = content(
        element("p", "What is otherwise than in ", code(facts.since), ", and what that does to events.", class_="lead"),
        element("p", "Nothing differs.") if diff.empty else None,
        section("Events that go elsewhere", table("Events", ("Event", "What becomes of it", "Queues", "When"), going))
        if going
        else None,
        section("What is declared otherwise", table("Declared", ("What", "Name", "Change", "How"), declared))
        if declared
        else None,
        section("Contracts", table("Contracts", ("File", "Change", "Of events", "How"), contracts))
        if contracts
        else None,
        section("The same on a terminal", command("edatool", "diff", "--against", facts.since)),
    )
    return Page(links.here, "Changes", f"Since {facts.since}", body)


def _badge(kind: str) -> Markup:
    return element("span", _BADGES[kind], class_=f"badge {_BADGES[kind]}")


def _declared(links: Links, diff: Diff) -> Iterator[tuple[object, ...]]:
    for one in diff.declarations:
        name = links.to(KINDS[one.section], one.name) if one.section in KINDS else code(one.name)
        yield one.section, name, _badge(one.kind), ", ".join(each.name for each in one.differences) or "all of it"
    for step in diff.plan.steps:
        kind = "added" if isinstance(step, Create) else "removed" if isinstance(step, Delete) else "changed"
        what, _, named = describe(step.object).partition(" ")
        differences = getattr(step, "differences", ())
        shown = links.to(_kind(step.object), named) if isinstance(step.object, Queue | Exchange) else code(named)
        yield what, shown, _badge(kind), ", ".join(each.name for each in differences) or "all of it"


def _kind(one: Queue | Exchange) -> Kind:
    return "queue" if isinstance(one, Queue) else "exchange"


def _going(links: Links, diff: Diff) -> Iterator[tuple[object, ...]]:
    for fate in fates(diff.plan.consequences):
        who = links.all("event", fate.names) if fate.is_event else code(", ".join(fate.names))
        yield who, _FATES[fate.kind], links.all("queue", fate.queues), fate.reason or "always"
    for arrival in arrivals(diff.plan.consequences):
        for reached in arrival.reached:
            yield links.all("event", arrival.names), "is new", links.all("queue", reached.queues), reached.reason


def _contracts(links: Links, diff: Diff) -> Iterator[tuple[object, ...]]:
    for one in diff.contracts:
        parts = [
            *(content("+ ", code(part)) for part in one.added),
            *(content("- ", code(part)) for part in one.removed),
            *(content("~ ", code(part)) for part in one.changed),
        ]
        yield (
            code(one.file),
            _badge(one.kind),
            links.all("event", one.events),
            [element("small", part) for part in parts],
        )
