"""What the search of the site looks in, as a script: pages that are opened from a disk may read no other file."""

import json
from collections.abc import Iterator

from edatool.filters.pattern import joined
from edatool.site.addresses import Kind, address
from edatool.site.facts import Facts
from edatool.site.pages.parts import KINDS
from edatool.visible import visible


def search_index(facts: Facts) -> str:
    """Return the script, with a line for each page."""
    lines = (json.dumps(one) for one in _entries(facts))
    return f"window.edatoolSearch = [\n{(',' + chr(10)).join(lines)}\n];\n"


def _entries(facts: Facts) -> Iterator[list[str]]:
    spec = facts.routes.spec
    for event in spec.events.values():
        said = (event.summary, f"sent by {event.producer}" if event.producer else None, event.category, str(event.key))
        yield _entry("event", event.name, *said)
    for queue in spec.queues.values():
        yield _entry("queue", queue.name, queue.summary, queue.owner)
    for exchange in spec.exchanges.values():
        yield _entry("exchange", exchange.name, exchange.summary, exchange.type)
    for name in spec.filters:
        yield _entry("filter", name)
    for one in facts.readers:
        yield _entry(one.kind, one.name, one.summary, one.owner)
    for sender in facts.senders:
        if sender.kind not in ("owner", "delivery"):
            yield _entry(sender.kind, sender.name, sender.summary, sender.owner, *sender.events)
    for policy in spec.policies.values():
        yield _entry("policy", policy.name, policy.pattern, *policy.definition)
    for policy in spec.operator_policies.values():
        yield _entry("operator policy", policy.name, policy.pattern, *policy.definition)
    for user in spec.users.values():
        yield _entry("user", user.name, *user.tags)
    for owner in facts.owners:
        yield _entry("owner", owner)
    for path, events in facts.fields.items():
        by = dict.fromkeys(one.by for one in facts.uses.get(path, ()))
        yield _entry("field", joined(path), *by, f"in {len(events)} events")


def _entry(kind: Kind, name: str, *said: str | None) -> list[str]:
    about = " · ".join(visible(" ".join(one.split())) for one in said if one)
    return [KINDS[kind][0].lower(), visible(name), address(kind, name), about]
