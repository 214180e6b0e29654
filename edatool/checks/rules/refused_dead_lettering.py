"""Dead-lettering is asked for as RabbitMQ does not do it.

The strategy at-least-once needs `overflow: reject-publish`, of the queue or of a policy, or RabbitMQ falls back to
at-most-once in silence. A stream has neither dead letters nor retries, a quorum queue has no `reject-publish-dlx`, and a key of dead letters
needs their exchange.

Bad:

    edatool: 1
    name: shop
    exchanges:
      dead: {type: fanout}
    queues:
      orders: {type: quorum, dead_letter: {exchange: dead, strategy: at-least-once}}

    $ edatool validate
    routes.yaml:6:66: E225 the strategy at-least-once of 'orders' needs overflow: reject-publish on the queue

Good:

    edatool: 1
    name: shop
    exchanges:
      dead: {type: fanout}
    queues:
      orders: {type: quorum, overflow: reject-publish, dead_letter: {exchange: dead, strategy: at-least-once}}
      dead-orders: {}
    bindings:
      - {queue: dead-orders, exchange: dead}
"""

from edatool.checks.found import Found, at, at_key
from edatool.checks.queue_places import place_of
from edatool.checks.subject import Subject
from edatool.routing.compile import queue_arguments


def find(subject: Subject) -> Found:
    spec = subject.spec
    policies = (*spec.policies.values(), *spec.operator_policies.values())
    # Then what holds where is asked once the policies are applied (lost-guarantee).
    by_policy = any("overflow" in one.definition for one in policies)
    for queue in spec.queues.values():
        letter, arguments = queue.dead_letter, queue_arguments(queue)
        overflow = arguments.get("x-overflow")
        if letter and letter.strategy == "at-least-once" and overflow != "reject-publish" and not by_policy:
            # A wrong overflow is what is to be corrected; one that nobody says is missing where it is needed.
            argument = "x-overflow" if overflow else "x-dead-letter-strategy"
            message = f"the strategy at-least-once of {queue.name!r} needs overflow: reject-publish on the queue"
            yield at(*place_of(spec, queue, argument)), message
        if queue.type == "stream" and queue.retry:
            yield at_key("queues", queue.name, "retry"), "a stream has no retries: remove retry"
        if queue.type == "quorum" and overflow == "reject-publish-dlx":
            message = f"the quorum queue {queue.name!r} has no reject-publish-dlx: use reject-publish or drop-head"
            yield at(*place_of(spec, queue, "x-overflow")), message
        if "x-dead-letter-routing-key" in arguments and "x-dead-letter-exchange" not in arguments:
            message = "RabbitMQ refuses x-dead-letter-routing-key without x-dead-letter-exchange: write dead_letter"
            yield at_key(*place_of(spec, queue, "x-dead-letter-routing-key")), message
