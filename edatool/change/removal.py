"""What is to go because it is ours and no longer wanted, and what stands in the way."""

from collections.abc import Iterable, Iterator

from edatool.change.changes import Delete
from edatool.routing.topology import Binding, Exchange, Identity, Object, Queue, Setting, Topology, identity_of


def deletions(desired: Topology, live: Topology, ours: Topology) -> list[Delete]:
    """Return the deletions of all that is ours, there, and not desired."""
    wanted = {identity_of(one) for one in desired.objects}
    own = {identity_of(one) for one in ours.objects}
    doomed = {identity: one for one in live.objects if (identity := identity_of(one)) in own and identity not in wanted}
    if not doomed:
        return []
    staying = [one for one in live.objects if identity_of(one) not in doomed]
    kept = {identity_of(one): one for one in (*staying, *desired.objects)}.values()
    needs = _needs(kept) | _last_bindings(doomed.values(), kept)
    return [Delete(one, tuple(needs.get(identity, ()))) for identity, one in doomed.items()]


def _needs(staying: Iterable[Object]) -> dict[Identity, list[Object]]:
    """Return for exchanges and queues what refers to them: bindings, alternates, dead-letter exchanges."""
    needs: dict[Identity, list[Object]] = {}
    for one in staying:
        for identity in _references(one):
            needs.setdefault(identity, []).append(one)
    return needs


def _references(one: Object) -> Iterator[Identity]:
    match one:
        case Binding():
            # RabbitMQ deletes every binding of an exchange or queue with it, also those of others (measured).
            yield "exchange", one.source
            yield "exchange" if one.to_exchange else "queue", one.destination
        case Exchange():
            yield "exchange", one.arguments.get("alternate-exchange")
        case Queue():
            yield "exchange", one.arguments.get("x-dead-letter-exchange")
        case Setting(kind="permission"):
            # RabbitMQ deletes all permissions of a user with it, also those in other vhosts.
            yield "user", one.name
        case Setting(kind="topic permission" | "permission elsewhere"):
            yield "user", one.value["user"]


def _last_bindings(doomed: Iterable[Object], kept: Iterable[Object]) -> dict[Identity, list[Object]]:
    """Return the auto-delete exchanges that stay and would vanish with their last binding, by those bindings."""
    bound = {one.source for one in kept if isinstance(one, Binding)}
    vanishing = {
        one.name: one for one in kept if isinstance(one, Exchange) and one.auto_delete and one.name not in bound
    }
    return {
        identity_of(one): [vanishing[one.source]]
        for one in doomed
        if isinstance(one, Binding) and one.source in vanishing
    }
