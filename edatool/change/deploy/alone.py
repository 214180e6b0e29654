"""Work on a vhost that no other apply disturbs."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from edatool.broker import lock
from edatool.broker.diagnosis import NoRoom
from edatool.broker.http import settings
from edatool.broker.http.management import Management
from edatool.broker.identity import require_one_broker
from edatool.broker.lock import Held
from edatool.broker.vhost import Vhost
from edatool.change.deploy.deployment import Deployment
from edatool.change.deploy.planning import read_ledgers
from edatool.routing.settings import is_room
from edatool.routing.topology import Setting, Topology, identity_of


@contextmanager
def alone(work: Deployment, spec: str, desired: Topology | None = None) -> Iterator[Held | None]:
    """Keep other applies from the vhost, and yield the lock; where there is no room for it, make some as ``desired``.

    Where no ledger can be kept nothing is locked: then an apply only adds, which several may do at once.

    Raises:
        Locked: another one took longer.
        BrokerError: the lock cannot be taken.
    """
    vhost, by = work.vhost, work.by
    if read_ledgers(vhost, spec).refused:
        yield None
        return
    require_one_broker(vhost.address, vhost.name)  # the lock is kept over AMQP, and all else by the management API

    def on_wait(who: str) -> None:
        work.on_note(f"Waiting up to {work.wait:g} s for another apply on this vhost{who}")

    locked = partial(lock.held, vhost.address, vhost.name, f"{by.by} since {by.at}", work.wait, on_wait)
    with ExitStack() as stack:
        try:
            held = _with_room(stack.enter_context(locked()), vhost)
        except NoRoom:
            stack.close()
            if desired is None or not _made_room(work, spec, desired):
                raise
            held = _with_room(stack.enter_context(locked()), vhost)
        yield held


def _with_room(held: Held, vhost: Vhost) -> Held:
    """Make sure that there is room for a connection beside that of the lock.

    Raises:
        NoRoom: there is none.
    """
    unmet = require_one_broker(vhost.address, vhost.name)
    if isinstance(unmet, NoRoom):
        raise unmet
    return held


def _made_room(work: Deployment, spec: str, desired: Topology) -> bool:
    """Raise our own limits of queues and connections as is desired, as nothing can be locked before.

    Those that are not desired any more are removed. Two may do this at once. False where that is no way out.
    """
    vhost = work.vhost
    ours = {key: one for key, one in read_ledgers(vhost, spec).ours.objects.settings.items() if is_room(one)}
    there = [one for one in settings.read(vhost.address, vhost.name, ours.values()) if identity_of(one) in ours]
    raised = [one for one in there if _is_raised(one, desired.settings.get(identity_of(one)))]
    with Management(vhost.address, vhost.name) as management:
        for one in raised:
            wanted = desired.settings.get(identity_of(one))
            if wanted:
                settings.write(management, wanted)
            else:
                settings.delete(management, one)
            work.on_note(f"The limit {one.name} is raised before anything else, as the lock needs room")
    return bool(raised)


def _is_raised(there: Setting, wanted: Setting | None) -> bool:
    return wanted is None or not 0 <= wanted.value["value"] <= there.value["value"]
