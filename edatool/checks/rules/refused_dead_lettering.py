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
    routes.yaml:6:66: E225 the strategy at-least-once needs overflow: reject-publish on the queue

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
    policies = (*subject.spec.policies.values(), *subject.spec.operator_policies.values())
    # Then what holds where is asked once the policies are applied (lost-guarantee).
    by_policy = any("overflow" in one.definition for one in policies)
    for queue in subject.spec.queues.values():
        letter, arguments = queue.dead_letter, queue_arguments(queue)
        overflow = arguments.get("x-overflow")
        if letter and letter.strategy == "at-least-once" and overflow != "reject-publish" and not by_policy:
            message = "the strategy at-least-once needs overflow: reject-publish on the queue"
            yield at("queues", queue.name, "dead_letter", "strategy"), message
        if queue.type == "stream" and queue.retry:
            yield at("queues", queue.name, "retry"), "a stream has no retries: remove retry"
        if queue.type == "quorum" and overflow == "reject-publish-dlx":
            message = "a quorum queue has no reject-publish-dlx: use reject-publish or drop-head"
            yield at("queues", queue.name, "overflow"), message
        if "x-dead-letter-routing-key" in arguments and "x-dead-letter-exchange" not in arguments:
            message = "RabbitMQ refuses x-dead-letter-routing-key without x-dead-letter-exchange: write dead_letter"
            yield at_key(*place_of(queue, "x-dead-letter-routing-key")), message
