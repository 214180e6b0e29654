"""What a status in JSON consists of."""

from typing import get_args

from edatool.render.json_schema import boolean, each, names, number, one_of, or_null, output, record, text, whole
from edatool.render.status.json import FORMAT_VERSION
from edatool.watch.roles import Role
from edatool.watch.status import Kind, Severity

_TROUBLE = {
    "trouble": one_of("what kind of trouble it is", *get_args(Kind)),
    "severity": one_of(
        "alert: a threshold of the spec is passed, or the broker is not as it has to be; notice: to be looked at",
        *get_args(Severity),
    ),
    "what": text("what is wrong"),
    "next": text("the command to type next"),
}
_QUEUE = {
    "queue": text("its name"),
    "role": one_of("what it is for", *get_args(Role)),
    "owner": or_null(text("the team or service that consumes it")),
    "missing": boolean("whether it is declared and not on the broker"),
    "type": or_null(text("classic, quorum or stream")),
    "state": or_null(text("its state in RabbitMQ's words, such as running")),
    "depth": or_null(whole("how many messages are in it; null where RabbitMQ does not say so yet")),
    "unacknowledged": or_null(whole("how many of them consumers have, and have not acknowledged")),
    "consumers": or_null(whole("how many consumers it has")),
    "rate_in": or_null(number("how many messages come per second, on average over the last 60 s")),
    "rate_out": or_null(number("how many are acknowledged, or handed over without, per second, averaged alike")),
    "growth": or_null(number("by how many messages per second it grows, averaged alike; negative where it shrinks")),
    "age_seconds": or_null(number("how long its oldest message waits, by the time that its publisher wrote into it")),
    "age_unknown": or_null(text("why there are messages, and their age cannot be known")),
    "alerts": record(
        "the thresholds that hold for it",
        {
            "depth": or_null(whole("the most messages")),
            "age_seconds": or_null(number("how long the oldest may wait")),
            "consumers": or_null(whole("the fewest consumers")),
        },
    ),
    "troubles": each("what is wrong with it, alerts first", record("a trouble", _TROUBLE)),
}

SCHEMA = output(
    "How a spec's part of a broker is, with what is wrong.",
    FORMAT_VERSION,
    {
        "spec": text("the name of the spec"),
        "vhost": text("the vhost"),
        "at": text("when it was so"),
        "alerting": boolean("whether anything is an alert, so that the exit code is 1"),
        "troubles": each(
            "what is wrong with no single queue, alerts first",
            record("a trouble", {"about": text("what it is about, such as node rabbit@host"), **_TROUBLE}),
        ),
        "queues": each("the declared queues, those in trouble first", record("a queue", _QUEUE)),
        "unroutable": or_null(
            record(
                "messages to the vhost that no queue was bound for, since RabbitMQ counts",
                {"dropped": whole("how many it dropped"), "returned": whole("how many their publishers got back")},
            )
        ),
        "drift": or_null(
            record(
                "what edatool drift finds; null where it cannot be seen",
                {
                    "drifted": whole("how many objects were changed since the last apply"),
                    "unapplied": whole("how many the spec declares otherwise than that"),
                },
            )
        ),
        "policy_surprises": or_null(
            whole("how many settings of queues a policy says that the spec says otherwise; null where nobody may see")
        ),
        "outboxes": each(
            "the outboxes that were named",
            record(
                "an outbox",
                {
                    "outbox": text("its file, or its URL without user and password"),
                    "waiting": or_null(whole("how many messages wait")),
                    "parked_messages": or_null(whole("how many are not tried any more")),
                    "age_seconds": or_null(number("how long the oldest waits")),
                    "relays": or_null(whole("how many relays send now")),
                    "not_read": or_null(text("why it cannot be read")),
                },
            ),
        ),
        "not_seen": names("what this user or this broker does not show, and why"),
    },
)
