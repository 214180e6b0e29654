"""A consumer reads a stream.

A stream keeps what was read, so there is nothing to acknowledge, to retry or to give up. Have it read a queue that is
bound for the same events.

Bad:

    edatool: 1
    name: shop
    queues:
      history: {type: stream}
    bindings:
      - {queue: history, exchange: amq.topic, key: "#"}
    consumers:
      reports: {queue: history}

    $ edatool validate
    routes.yaml:8:20: E502 'history' is a stream, which keeps what was read: bind a queue for the same events, and read that

Good:

    edatool: 1
    name: shop
    queues:
      history: {type: stream}
      reports: {dead_letter: {exchange: "", key: dead}}
      dead: {}
    bindings:
      - {queue: history, exchange: amq.topic, key: "#"}
      - {queue: reports, exchange: amq.topic, key: "#"}
    consumers:
      reports: {queue: reports}
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    queues = subject.spec.queues
    for consumer in subject.spec.consumers.values():
        for index, name in enumerate(consumer.queues):
            if name in queues and queues[name].type == "stream":
                way_out = "bind a queue for the same events, and read that"
                message = f"{name!r} is a stream, which keeps what was read: {way_out}"
                yield at(*subject.queue_path(consumer, index)), message
