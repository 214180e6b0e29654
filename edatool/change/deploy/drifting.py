"""The drift of a vhost, read from the broker."""

from edatool.broker.live import read
from edatool.broker.session import Session
from edatool.change.deploy.planning import read_ledgers, read_settings
from edatool.change.deploy.wanted import Wanted
from edatool.change.drift import Drifted, drift
from edatool.errors import NeedsPerson


def read_drift(vhost: Session, wanted: Wanted) -> Drifted:
    """Compare what is on a vhost with the last apply, and with what is wanted there.

    Raises:
        NeedsPerson: it cannot be seen.
        WrongUsage, BrokerError: as of ``live.read``.
    """
    live, ledgers = read(vhost), read_ledgers(vhost, wanted.spec)
    live.require_met()
    if live.topology is None or ledgers.refused:
        raise NeedsPerson(f"drift cannot be seen: {live.unseen or ledgers.refused}")
    there = read_settings(vhost, live.topology, ledgers.ours.objects, ledgers)
    operators = vhost.http.read_operator_policies()
    return drift(wanted.own, there, ledgers, wanted.external, operators)
