"""What is in an outbox, for programs."""

from json import dumps

from edatool.runtime.outbox.status import OutboxStatus

FORMAT_VERSION = 1


def json(status: OutboxStatus) -> str:
    """Return the state as JSON; the keys are part of the format, whose version is ``format_version``."""
    return dumps(
        {
            "format_version": FORMAT_VERSION,
            "waiting": status.waiting,
            "bytes": status.bytes,
            "age_seconds": None if status.age is None else round(status.age, 3),
            "relays": status.relays,
            "parked_messages": status.parked_messages,
            "held": [
                {
                    "vhost": one.place.vhost or None,
                    "exchange": one.place.exchange,
                    "key": one.place.key,
                    "messages": one.messages,
                    "attempts": one.attempts,
                    "due_seconds": round(one.due, 3),
                    "reason": one.reason,
                }
                for one in status.held
            ],
            "parked": [
                {
                    "vhost": one.place.vhost or None,
                    "exchange": one.place.exchange,
                    "key": one.place.key,
                    "event": one.event,
                    "messages": one.messages,
                    "reason": one.reason,
                }
                for one in status.parked
            ],
        },
        indent=2,
    )
