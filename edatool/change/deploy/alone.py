"""Work on a vhost that no other apply disturbs."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from edatool.broker import lock
from edatool.broker.diagnosis import NoRoom
from edatool.broker.http import settings
from edatool.broker.identity import require_one_broker
from edatool.change.deploy.deployment import Deployment
from edatool.change.deploy.planning import read_ledgers
from edatool.routing.settings import is_room
from edatool.routing.topology import Setting, Topology, identity_of


@contextmanager
def alone(work: Deployment, spec: str, desired: Topology | None = None) -> Iterator[None]:
    """Keep other applies from the vhost; where there is no room for the lock, make some as ``desired``.

    Where no ledger can be kept nothing is locked: then an apply only adds, which several may do at once.

    Raises:
        Locked: another one took longer.
        BrokerError: the lock cannot be taken.
    """
    vhost, by = work.vhost, work.by
    if read_ledgers(vhost, spec).refused:
        yield
        return
    require_one_broker(vhost)  # the lock is kept over AMQP, and all else by the management API

    def on_wait(who: str) -> None:
        work.on_note(f"Waiting up to {work.wait:g} s for another apply on this vhost{who}")

    locked = partial(lock.held, vhost, f"{by.by} since {by.at}", work.wait, on_wait)
    with ExitStack() as stack:
        try:
            stack.enter_context(locked())
        except NoRoom:
            stack.close()
            if desired is None or not _made_room(work, spec, desired):
                raise
            stack.enter_context(locked())
        yield


def _made_room(work: Deployment, spec: str, desired: Topology) -> bool:
    """Raise our own limits of queues and connections as is desired, as nothing can be locked before.

    Those that are not desired any more are removed. Two may do this at once. False where that is no way out.
    """
    vhost = work.vhost
    ours = {key: one for key, one in read_ledgers(vhost, spec).ours.objects.settings.items() if is_room(one)}
    there = [one for one in settings.read(vhost, ours.values()) if identity_of(one) in ours]
    raised = [one for one in there if _is_raised(one, desired.settings.get(identity_of(one)))]
    for one in raised:
        wanted = desired.settings.get(identity_of(one))
        if wanted:
            settings.write(vhost.http, wanted)
        else:
            settings.delete(vhost.http, one)
        work.on_note(f"The limit {one.name} is raised before anything else, as the lock needs room")
    return bool(raised)


def _is_raised(there: Setting, wanted: Setting | None) -> bool:
    return wanted is None or not 0 <= wanted.value["value"] <= there.value["value"]
