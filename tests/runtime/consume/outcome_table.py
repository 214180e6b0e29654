"""What becomes of an event by outcome, queue and version of RabbitMQ: measured by test_outcome_table.py, and shown."""

VERSIONS = ("3.10", "4.0", "4.3")
AGAIN, COUNTED, DEAD, GONE, NONE = "tried again", "tried again, counted", "dead letter", "gone", "-"

Row = tuple[str, str, str, tuple[str, str, str]]
"""An outcome, what the queue declares, the verb, and what it leads to on each version."""

ROWS: tuple[Row, ...] = (
    ("done, dropped", "anything", "ack", (GONE, GONE, GONE)),
    ("failed", "retry", "copy to the delay queue, ack", (COUNTED, COUNTED, COUNTED)),
    ("failed", "delivery_limit", "reject, requeue", (COUNTED, COUNTED, COUNTED)),
    ("failed", "delayed_retry", "reject, requeue", (NONE, NONE, COUNTED)),
    ("failed", "classic", "copy to the dead letters, ack", (DEAD, DEAD, DEAD)),
    ("failed too often", "anything", "copy to the dead letters, ack", (DEAD, DEAD, DEAD)),
    ("rejected, poisoned, too late", "anything", "copy to the dead letters, ack", (DEAD, DEAD, DEAD)),
    ("not processed", "delivery_limit", "nack, requeue", (COUNTED, COUNTED, AGAIN)),
    ("not processed", "classic", "nack, requeue", (AGAIN, AGAIN, AGAIN)),
    ("killed", "delivery_limit", "none: the connection ends", (COUNTED, COUNTED, COUNTED)),
    ("killed", "classic", "none: the connection ends", (AGAIN, AGAIN, AGAIN)),
)


def shown() -> str:
    """Return the table as the documentation has it."""
    head = ["outcome", "queue", "verb", *VERSIONS]
    lines = [head, ["---"] * len(head)]
    lines += [
        [outcome, f"`{queue}`" if "_" in queue or queue == "retry" else queue, verb, *cells]
        for outcome, queue, verb, cells in ROWS
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
