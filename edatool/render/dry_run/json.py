"""Where messages would go, for programs."""

from json import dumps

from edatool.render.dry_run.shown import ShownTrial

FORMAT_VERSION = 1


def json(shown: ShownTrial) -> str:
    """Return where one would go as a line of JSON; the keys are part of the format, as is ``format_version``."""
    receipt, trace, line = shown.receipt, shown.trace, shown.line
    return dumps(
        {
            "format_version": FORMAT_VERSION,
            "file": line.file,
            "line": line.number,
            "event": receipt.event,
            "outcome": shown.outcome,
            "exchange": receipt.exchange,
            "key": receipt.key,
            "queues": list(trace.queues) if trace else [],
            "maybe": list(trace.maybe) if trace else [],
            "reason": receipt.reason or None,
            "violations": [one.to_json() for one in receipt.violations],
        }
    )
