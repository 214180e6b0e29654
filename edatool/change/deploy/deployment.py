"""Who deploys where, and who is told of it."""

from collections.abc import Callable
from dataclasses import field

from edatool.broker.session import Session
from edatool.change.changes import Change
from edatool.change.ledger import Signature
from edatool.change.plan import Plan
from edatool.change.progress import OnProgress
from edatool.frozen import frozen
from edatool.silent import silent

WAIT = 60.0
"""Seconds to wait for another apply on the same vhost."""


@frozen
class Deployment:
    """Work on a vhost, signed ``by`` somebody who waits for others at most ``wait`` seconds.

    ``on_plan`` is told the plan before anything of it is done, ``on_step`` each step that is done, ``on_note`` other
    news, in a sentence, and ``on_progress`` how far planning came.
    """

    vhost: Session
    by: Signature = field(repr=False)
    wait: float = WAIT
    on_plan: Callable[[Plan], None] = silent
    on_step: Callable[[Change], None] = silent
    on_note: Callable[[str], None] = silent
    on_progress: OnProgress = silent
