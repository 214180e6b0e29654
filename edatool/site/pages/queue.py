"""The page of a queue."""

from collections.abc import Iterator, Mapping

from edatool.routing.verify import Verified
from edatool.site.addresses import address
from edatool.site.facts import Facts
from edatool.site.html import Markup, content, element
from edatool.site.page import Page
from edatool.site.pages.failing import given_up, retries
from edatool.site.pages.history import history_section
from edatool.site.pages.parts import NOTHING, Links, code, command, explained, facts_list, lead, missing, section, table
from edatool.site.pages.policy import policy_facts
from edatool.site.pages.tests import tests_section
from edatool.site.pages.user import user_facts
from edatool.site.pages.way import reason
from edatool.site.picture import picture
from edatool.spec.rabbitmq.arguments import ARGUMENTS
from edatool.spec.spec import SpecQueue

TYPES = {
    "quorum": "kept on several nodes of the cluster, so that no message is lost with one of them",
    "classic": "kept on one node of the cluster",
    "stream": "a log: reading takes nothing away, and each reader begins where it likes",
}


def queue_page(facts: Facts, queue: SpecQueue) -> Page:
    """Return the page of a queue."""
    path = address("queue", queue.name)
    links = Links(facts, path)
    body = content(
        lead(queue.summary),
        explained("queue"),
        links.changed("queue", queue.name),
        facts_list(
            ("Owner", links.owner(queue.owner)),
            ("Type", content(queue.type, element("small", TYPES[queue.type]))),
            ("Belongs to others", "It has to be there, and is never made, changed or removed.")
            if queue.external
            else None,
            ("After a restart", "still there" if queue.durable else "gone, with its messages"),
            ("Declared at", code(facts.place(where)))
            if (where := facts.routes.spec.where("queues", queue.name))
            else None,
            *policy_facts(links, ("queue", queue.name)),
            *user_facts(links, ("queue", queue.name), "Users who may read it", "read"),
        ),
        section(
            "What comes to it, and why",
            picture(links, facts.graph_of_queue(queue.name)),
            _coming(links, queue.name),
        ),
        section("Who reads it", _reading(links, queue.name)),
        section(
            "When a message fails",
            facts_list(("It is tried again", retries(queue)), ("It is given up", given_up(links, queue))),
        ),
        _settings(queue),
        tests_section(links, lambda one: _about(one, queue.name), queue.name),
        history_section(links, "queue", queue.name),
        section(
            "Look into it",
            command("edatool", "peek", queue.name),
            command("edatool", "dead-letters", "list", queue.name) if queue.name in facts.dead_letters_of else None,
        ),
    )
    return Page(path, queue.name, "Queue", body)


def _coming(links: Links, name: str) -> Markup:
    rows = [
        (links.to("event", event), links.facts.routes.spec.events[event].summary or NOTHING, reason(links, one))
        for event in links.facts.events_of.get(name, ())
        for taken in links.facts.ways[event].exchanges.values()
        for one in taken
        if one.binding.destination == name and not one.binding.to_exchange
    ]
    events = table("Events", ("Event", "What it says", "It comes"), rows) if rows else None
    others = [event for event, way in links.facts.ways.items() if name in way.otherwise]
    otherwise = (
        element(
            "p",
            "What no binding takes comes to it by an alternate exchange: messages of ",
            links.all("event", others),
            ".",
        )
        if others
        else None
    )
    dead = links.facts.dead_letters_of.get(name, ())
    letters = element("p", "Dead letters come to it from ", links.all("queue", dead), ".") if dead else None
    if not (events or otherwise or letters):
        return element("p", missing("No declared event comes to it."))
    return content(events, otherwise, letters)


def _reading(links: Links, name: str) -> Markup:
    found = links.facts.readers_of.get(name, ())
    if not found:
        return element("p", missing("Nobody is declared to read it: what comes stays until somebody does."))
    rows = [(links.reader(one), one.summary or NOTHING, links.owner(one.owner)) for one in found]
    return table("Readers", ("Reader", "What it does", "Team"), rows)


def _settings(queue: SpecQueue) -> Markup | None:
    rows = list(_explained({**queue.settings, **queue.arguments}))
    return section("Settings", table("Settings", ("Setting", "Value", "What it is"), rows)) if rows else None


def _explained(settings: Mapping[str, object]) -> Iterator[tuple[object, ...]]:
    for name, value in settings.items():
        readable = name.removeprefix("x-").replace("-", "_")
        yield code(name), code(str(value)), ARGUMENTS[readable].about if readable in ARGUMENTS else NOTHING


def _about(one: Verified, name: str) -> bool:
    after, expected = one.test.dead_letter, one.test.expect
    named = (*expected.queues, *((after.queue, *after.expect) if after else ()))
    return name in named
