"""What a consumer goes by: what the program says, else what the spec says of the consumer of its name."""

import os
from collections.abc import Callable, Mapping

from edatool.errors import WrongUsage
from edatool.frozen import frozen
from edatool.runtime.consume.once import Once
from edatool.runtime.inbox.open import open_inbox
from edatool.spec.consuming import SpecConsumer, SpecInbox
from edatool.spec.spec import Spec

WORKERS = 10
_AHEAD = 4
"""Messages that are fetched for each worker, so that none waits for the network."""

InboxPlace = str | os.PathLike[str]
"""A file, or a URL."""


@frozen
class ConsumerSettings:
    """``queues`` are all that it may read, empty for any; ``inbox`` is None where it remembers nothing."""

    name: str
    queues: tuple[str, ...]
    workers: int
    prefetch: int
    inbox: InboxPlace | None
    memory: SpecInbox
    """How long and by what the inbox remembers; its place is ``inbox``."""
    timeout: float | None
    """In seconds, for handlers that have none of their own."""
    order_by: tuple[str, ...]
    """The field by which handlers that say none keep events in order."""
    keeps_order: bool
    """Whether they try what failed before what came after it."""

    def once(self, tell: Callable[[str], None]) -> Once | None:
        """Return what has each event handled once, with its inbox; None where there is none.

        Raises:
            WrongUsage: it is no such URL, or the library that it takes is not installed.
        """
        if self.inbox is None:
            return None
        inbox = open_inbox(self.inbox, self.memory.retention)
        return Once(inbox, self.memory.identity, self.memory.unidentified, tell)


def settings_of(
    spec: Spec,
    name: str,
    environment: Mapping[str, str],
    *,
    workers: int | None,
    prefetch: int | None,
    inbox: InboxPlace | None,
) -> ConsumerSettings:
    """Return the settings of the consumer of this name; with an empty name, those that the program gives.

    Raises:
        WrongUsage: the spec declares consumers, and none of this name; a number is too low; or the environment variable
            that is to name the inbox is not set.
    """
    declared = _declared(spec, name)
    workers = workers or declared.concurrency or WORKERS
    prefetch = prefetch or declared.prefetch or workers * _AHEAD
    if workers < 1 or prefetch < workers:
        raise WrongUsage("a consumer has one worker or more, and a prefetch that is not below their number")
    memory = declared.inbox or SpecInbox(None, None)
    place = _place(name, memory, environment) if inbox is None else inbox
    order_by = declared.order_by.names if declared.order_by else ()
    return ConsumerSettings(
        name, declared.queues, workers, prefetch, place, memory, declared.timeout, order_by, declared.keeps_order
    )


def _declared(spec: Spec, name: str) -> SpecConsumer:
    if name and spec.consumers and name not in spec.consumers:
        raise WrongUsage(f"the spec declares no consumer {name!r}: it has {', '.join(spec.consumers)}")
    return spec.consumers.get(name) or SpecConsumer(name, ())


def _place(name: str, memory: SpecInbox, environment: Mapping[str, str]) -> str | None:
    if memory.env is None:
        return memory.sqlite
    if not environment.get(memory.env):
        raise WrongUsage(f"{memory.env} is not set: it is to name the inbox of {name}, a file or a URL")
    return environment[memory.env]
