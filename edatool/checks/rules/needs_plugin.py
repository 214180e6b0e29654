"""The RabbitMQ that is named with `--rabbitmq` takes something only with a plugin.

Enable the plugin that is named before `apply`.

Bad:

    edatool: 1
    name: shop
    exchanges:
      shards: {type: x-consistent-hash}

    $ edatool validate --rabbitmq 4.3
    routes.yaml:4:12: W431 RabbitMQ 4.3 does not know exchanges of type x-consistent-hash without the plugin rabbitmq_consistent_hash_exchange: run rabbitmq-plugins enable rabbitmq_consistent_hash_exchange

Good:

    edatool: 1
    name: shop
    exchanges:
      events: {type: topic}
"""

from edatool.checks.accepted import Accepted
from edatool.checks.found import Found, at_key
from edatool.spec.rabbitmq.history import DEPENDS


def find(accepted: Accepted) -> Found:
    if accepted.subject.server:
        for one, path in accepted.those(DEPENDS, ever=False):
            yield at_key(*path), one.why
