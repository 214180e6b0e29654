"""What edatool itself keeps on the vhost: the ledger of the spec, and the lock."""

from edatool.broker import lock
from edatool.broker.session import Session
from edatool.change import ledgers
from edatool.checkup.check import Check, Checks, error, ok, warning
from edatool.errors import BrokerError, NeedsPerson


def keeping(vhost: Session, spec: str) -> Checks:
    """Read the ledger, and ask who holds the lock."""
    try:
        yield _ledger(ledgers.read(vhost, spec))
    except NeedsPerson as damaged:
        yield error("ledger", damaged)
    except BrokerError as silent:
        yield error("ledger", silent)
        return
    holder = lock.read_holder(vhost)
    yield warning("lock", f"{holder} works on this vhost just now: wait for it") if holder else ok("lock", "it is free")


def _ledger(found: ledgers.Ledgers) -> Check:
    last = found.ours.history[0] if found.ours.history else None
    if found.refused:
        return warning("ledger", found.refused)
    if last is None:
        return ok("ledger", "nothing of this spec was applied here yet")
    says = f"apply {last.serial} of {last.at} by {last.by}"
    return (
        ok("ledger", says) if last.complete else warning("ledger", f"{says} did not come to its end: run apply again")
    )
