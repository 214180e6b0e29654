"""The newest RabbitMQ refuses something that earlier ones take.

It is said where no version is named, so that an upgrade comes as no surprise. With `--rabbitmq 4.0`, say, only what
that version refuses counts; see `docs/tasks/move-to-rabbitmq-4.md`.

Bad:

    edatool: 1
    name: shop
    policies:
      mirrored: {pattern: "^orders", apply_to: queues, definition: {ha-mode: all}}

    $ edatool validate
    routes.yaml:4:65: W228 RabbitMQ 4.3 refuses ha-mode in a policy (as all from 4.0 on do): use quorum queues, for classic queues are no longer mirrored

Good:

    edatool: 1
    name: shop
    queues:
      orders: {type: quorum}
"""

from edatool.checks.accepted import Accepted
from edatool.checks.found import Found, at_key
from edatool.spec.rabbitmq.history import REFUSED


def find(accepted: Accepted) -> Found:
    if not accepted.subject.server:
        for one, path in accepted.those(REFUSED, ever=False):
            # transient-queue tells more of queues that are not durable.
            if one.part != "durable":
                yield at_key(*path), one.why
