"""A status for programs."""

from dataclasses import asdict
from json import dumps

from edatool.render.moment import moment
from edatool.render.status.next_command import next_command
from edatool.render.status.shown import ShownStatus
from edatool.watch.status import About, QueueStatus, Trouble, WatchedOutbox

FORMAT_VERSION = 1


def json(shown: ShownStatus) -> str:
    """Return a status as JSON; the keys are part of the format, whose version is ``format_version``."""
    status = shown.status
    return dumps(
        {
            "format_version": FORMAT_VERSION,
            "spec": status.spec,
            "vhost": status.vhost,
            "at": moment(status.at),
            "alerting": status.alarming,
            "troubles": [_about(one, shown) for one in status.troubles],
            "queues": [_queue(one, shown) for one in status.queues],
            "unroutable": status.unroutable and asdict(status.unroutable),
            "drift": status.drift and asdict(status.drift),
            "policy_surprises": status.surprises,
            "outboxes": [_outbox(one) for one in status.outboxes],
            "not_seen": list(status.unseen),
        },
        indent=2,
    )


def _about(one: About, shown: ShownStatus) -> dict[str, object]:
    about, trouble = one
    return {"about": about, **_trouble(trouble, shown)}


def _trouble(one: Trouble, shown: ShownStatus) -> dict[str, object]:
    said = {"trouble": one.kind, "severity": one.severity, "what": one.what}
    return {**said, "next": next_command(one, shown.spec_options)}


def _queue(one: QueueStatus, shown: ShownStatus) -> dict[str, object]:
    counts = one.counts
    return {
        "queue": one.name,
        "role": one.role,
        "owner": one.owner,
        "missing": counts is None,
        "type": counts and counts.type,
        "state": counts and counts.state,
        "depth": counts and counts.messages,
        "unacknowledged": counts and counts.unacknowledged,
        "consumers": counts and counts.consumers,
        "rate_in": counts and counts.rate_in,
        "rate_out": counts and counts.rate_out,
        "growth": counts and counts.growth,
        "age_seconds": None if one.age is None else round(one.age, 3),
        "age_unknown": one.age_unknown,
        "alerts": {
            "depth": one.alerts.depth,
            "age_seconds": one.alerts.age,
            "consumers": one.alerts.consumers,
        },
        "troubles": [_trouble(each, shown) for each in one.troubles],
    }


def _outbox(one: WatchedOutbox) -> dict[str, object]:
    state = one.state
    return {
        "outbox": one.name,
        "waiting": state and state.waiting,
        "parked_messages": state and state.parked_messages,
        "age_seconds": None if state is None or state.age is None else round(state.age, 3),
        "relays": state and state.relays,
        "not_read": one.unread,
    }
