"""The headers in which a dead letter says what became of it, whoever put it aside: a consumer, the router or a replay.

RabbitMQ's own ``x-death`` knows queues and its own reasons, and RabbitMQ 4 ignores it on what a client publishes.
Times are text, ISO 8601 in UTC, such as ``2026-11-30T09:30:00Z``.
"""

from edatool.routing import message

REASON = "x-edatool-reason"
"""Why it was given up: a sentence."""
ERROR = "x-edatool-error"
"""The class of the exception that a handler raised, ``package.module.Class``; not there where none was raised."""
ATTEMPTS = "x-edatool-attempts"
"""How often it was tried: an integer. A consumer counts in it while it retries, too."""
TRIED = "x-edatool-tried"
"""When it was tried: a list of times, the first one first."""
CONSUMER = "x-edatool-consumer"
"""The name of the consumer that gave it up."""
DIED = "x-edatool-died"
"""When it was given up."""
QUEUE = "x-edatool-queue"
"""The queue that it was consumed from."""
EXCHANGE, KEY, COPIES = message.EXCHANGE, message.KEY, "x-edatool-cc"
"""Where it was published: the exchange, the routing key, and the further keys, a list, that were in its header CC."""
DEADLINE = "x-edatool-deadline"
"""When it is too late to handle it: milliseconds since the epoch. A copy that waits has no expiration to say so."""

OF_DEATH = (REASON, ERROR, ATTEMPTS, TRIED, CONSUMER, DIED, QUEUE, EXCHANGE, KEY, COPIES, DEADLINE)
"""All of these: what is published again begins without them."""

REPLAYS = "x-edatool-replays"
"""How often it was replayed: an integer."""
REPLAYED_BY, REPLAYED_AT = "x-edatool-replayed-by", "x-edatool-replayed-at"
"""Who replayed it last, ``user@host``, and when."""
EDITED = "x-edatool-edited"
"""What a person changed before a replay: a list of sentences, the oldest change first."""
