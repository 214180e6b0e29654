"""An operator policy with a setting that only other policies take; RabbitMQ refuses it."""

from edatool.checks.accepted import Accepted
from edatool.checks.found import Found, at_key
from edatool.routing.topology import Setting
from edatool.spec.history import REFUSED
from edatool.spec.policy_settings import POLICY_SETTINGS


def find(accepted: Accepted) -> Found:
    for one, path in accepted.those(REFUSED, ever=True):
        if isinstance(one.object, Setting) and one.part in POLICY_SETTINGS:
            yield at_key(*path), one.why
