"""What becomes of messages that cannot be handled."""

from collections.abc import Iterable

from edatool.routing.compile import retry_queue_name
from edatool.routing.effective import dead_letters
from edatool.site.html import Markup, content, element
from edatool.site.pages.parts import Links, code, listed, missing, table
from edatool.spec.quantity import as_duration
from edatool.spec.spec import SpecQueue


def when_it_fails(links: Links, queues: Iterable[str]) -> Markup:
    """Say for queues what becomes of messages that fail there."""
    declared = [links.facts.routes.spec.queues[name] for name in queues]
    rows = [(links.to("queue", one.name), retries(one), given_up(links, one)) for one in declared]
    if not rows:
        return element("p", "It comes to no queue.")
    return table("When it fails", ("At queue", "It is tried again", "It is given up"), rows)


def retries(queue: SpecQueue) -> Markup:
    """Say when a failed message is tried again."""
    if queue.type == "stream":
        return content("whenever its reader goes back")
    if queue.retry:
        waits = ", ".join(as_duration(wait) for wait in queue.retry)
        return content(
            f"after {waits}",
            element(
                "small", "It waits in ", listed([code(retry_queue_name(queue.name, wait)) for wait in queue.retry])
            ),
        )
    limit = queue.settings.get("x-delivery-limit")
    return content(f"at once, {limit} times at most" if limit else "at once, where its consumer asks for it")


def given_up(links: Links, queue: SpecQueue) -> Markup:
    """Say where dead letters go: messages that were rejected, expired, or came too often."""
    if queue.type == "stream":
        return content("stays: reading takes nothing from a stream")
    found = links.facts.routes
    target = dead_letters(found.topology.queues[queue.name], found.router.policies)
    if target is None:
        return missing("and is gone: the queue has no dead-letter exchange")
    by = content(" by exchange ", links.to("exchange", target.exchange)) if target.exchange else content("")
    if target.key is None:
        return content("goes on", by, " under its own key")
    ends = links.facts.dead_ends[queue.name]
    to = links.all("queue", ends) if ends else missing("no queue, and is gone")
    return content("goes to ", to, by, " with the key ", code(target.key))
