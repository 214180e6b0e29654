"""Actions that events start."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from edatool.api.limit import Limit, unlimited
from edatool.broker.address import Address
from edatool.errors import WrongUsage
from edatool.filters.pattern import Filter
from edatool.routes import Routes
from edatool.runtime.consume.consumer import Consumer
from edatool.runtime.triggers.actions import action
from edatool.runtime.triggers.matching import matching
from edatool.silent import silent
from edatool.spec.spec import Trigger

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry


@contextmanager
def open_triggers(
    routes: Routes,
    broker: str | Address,
    triggers: Iterable[Trigger] | None = None,
    *,
    filter: Filter | None = None,  # noqa: A002 - the field's word
    limit: int | None = None,
    workers: int | None = None,
    metrics: str | None = None,
    health: str | None = None,
    registry: "CollectorRegistry | None" = None,
    on_note: Callable[[str], None] = silent,
) -> Iterator[Consumer]:
    """Yield a consumer that starts the actions of triggers: its ``run`` does, until ``stop``.

    Args:
        routes: the spec; one that apply left on the broker has no triggers.
        broker: ``amqp[s]://user:password@host:port/vhost``.
        triggers: all that the spec declares, if left out.
        filter: what events have to match, as ``read_filter`` returns it; others are acknowledged without an action.
        limit: the number of actions after which it stops.
        workers: how many actions run at once; as ``Consumer`` if not given.
        metrics, health, registry: as of ``Consumer``.
        on_note: is told what a person should know: failures, reconnections.

    Raises:
        InvalidInput: the spec has errors.
        WrongUsage: there are no triggers, or no such program, function or secret; a malformed URL.
    """
    routes.require_valid()
    wanted = list(routes.spec.triggers.values() if triggers is None else triggers)
    if not wanted:
        raise WrongUsage(f"the spec {routes.spec.name!r} declares no triggers: name a queue and an action")
    consumer = Consumer(
        routes, broker, workers=workers, metrics=metrics, health=health, registry=registry, tell=on_note
    )
    limited = Limit(limit, consumer).around if limit else unlimited
    with ExitStack() as closed:
        for one in wanted:
            act = action(one, consumer.vhost, closed)
            consumer.on(queue=one.queue)(limited(act if filter is None else matching(filter, act)))
        yield consumer
