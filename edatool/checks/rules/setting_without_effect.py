"""A setting that nothing has to which the policy applies, such as a length of exchanges; it is ignored."""

from edatool.checks.accepted import Accepted
from edatool.checks.found import Found, at_key
from edatool.spec.history import IGNORED


def find(accepted: Accepted) -> Found:
    for one, path in accepted.those(IGNORED, ever=True):
        yield at_key(*path), one.why
