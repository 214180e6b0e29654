"""The RabbitMQ that is named with `--rabbitmq` refuses something that others take.

`apply` to such a broker would fail, so it does nothing. The message names the versions, and the way out.

Bad:

    edatool: 1
    name: shop
    policies:
      mirrored: {pattern: "^orders", apply_to: queues, definition: {ha-mode: all}}

    $ edatool validate --rabbitmq 4.3
    routes.yaml:4:65: E227 RabbitMQ 4.3 refuses ha-mode in a policy (as all from 4.0 on do): use quorum queues, for classic queues are no longer mirrored

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
    if accepted.subject.server:
        for one, path in accepted.those(REFUSED, ever=False):
            yield at_key(*path), one.why
