"""The page of a team or service: what it owns, sends and reads."""

from edatool.site.addresses import address
from edatool.site.facts import Facts
from edatool.site.html import content, element
from edatool.site.page import Page
from edatool.site.pages.parts import NOTHING, Links, explained, facts_list, listed, missing, section, table
from edatool.site.pages.senders import WAYS, sent
from edatool.site.picture import picture


def owner_page(facts: Facts, name: str) -> Page:
    """Return the page of who owns or sends something."""
    path = address("owner", name)
    links, spec = Links(facts, path), facts.routes.spec
    senders = [one for one in facts.senders if one.owner == name or (one.kind == "producer" and one.name == name)]
    queues = [one.name for one in spec.queues.values() if one.owner == name]
    readers = [one for one in facts.readers if one.owner == name]
    read = dict.fromkeys((*queues, *(queue for one in readers for queue in one.queues)))
    gets = list(dict.fromkeys(event for queue in read for event in facts.events_of.get(queue, ())))
    events = facts.sent_by.get(name, ())
    got = [
        (links.to("event", event), spec.events[event].summary or NOTHING, links.owner(spec.events[event].producer))
        for event in gets
    ]
    body = content(
        explained("owner"),
        facts_list(
            ("Queues", links.all("queue", queues)),
            ("Exchanges", links.all("exchange", [one.name for one in spec.exchanges.values() if one.owner == name])),
            ("Programs that read", listed([links.reader(one) for one in readers])),
            ("Sends through edatool", listed([content(WAYS[one.kind], ": ", links.sender(one)) for one in senders])),
        ),
        picture(links, facts.graph_of_owner(name)),
        section(
            "What it sends",
            sent(links, events) if events else element("p", missing("No event.")),
        ),
        section(
            "What it gets",
            table("Got", ("Event", "What it says", "Sent by"), got) if got else element("p", missing("No event.")),
        ),
    )
    return Page(path, name, "Team or service", body)
