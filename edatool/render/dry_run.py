"""Where messages would go, for people and for programs."""

import json
from collections.abc import Mapping

from edatool.render import receipts
from edatool.routing.trace import Trace
from edatool.runtime.publish.files.line import PayloadLine
from edatool.runtime.publish.receipt import Receipt
from edatool.visible import joined, visible

FORMAT_VERSION = 1

Way = tuple[str, str, tuple[str, ...]]
"""An event, what would become of it, and the queues that would get it."""

_OUTCOMES = {"confirmed": "routed", "nacked": "refused"}


def way_of(receipt: Receipt, trace: Trace | None) -> Way:
    """Return where a message would go; there is no trace of one that would not be sent."""
    queues = (*trace.queues, *(f"{name} (maybe)" for name in trace.maybe)) if trace else ()
    return receipt.event, _outcome(receipt), queues


def text(receipt: Receipt, trace: Trace | None, line: PayloadLine) -> str:
    """Return where one message would go, or why it would not."""
    if receipt.outcome != "confirmed":
        return receipts.text(receipt, line)
    queues = ", ".join(way_of(receipt, trace)[2])
    place = f"{line.place}: " if line.file != "-" else ""
    return visible(f"{place}{receipt.event} would go to {queues}: {receipt.exchange} [{receipt.key}]")


def as_json(receipt: Receipt, trace: Trace | None, line: PayloadLine) -> str:
    """Return the same as one line of JSON; the keys are part of the format, whose version is ``format_version``."""
    return json.dumps(
        {
            "format_version": FORMAT_VERSION,
            "file": line.file,
            "line": line.number,
            "event": receipt.event,
            "outcome": _outcome(receipt),
            "exchange": receipt.exchange,
            "key": receipt.key,
            "queues": list(trace.queues) if trace else [],
            "maybe": list(trace.maybe) if trace else [],
            "reason": receipt.reason or None,
            "violations": [{"pointer": one.pointer, "message": one.message} for one in receipt.violations],
        }
    )


def summary(ways: Mapping[Way, int]) -> str:
    """Return how many messages would go which way, the most travelled first."""
    rows = sorted(ways.items(), key=lambda row: (-row[1], row[0]))
    width = max((len(str(count)) for _, count in rows), default=0)
    return joined(f"{count:>{width}}  {_described(way)}" for way, count in rows) or "no payloads"


def _described(way: Way) -> str:
    event, outcome, queues = way
    return f"{event or '(no event)'} {'-> ' + ', '.join(queues) if outcome == 'routed' else outcome}"


def _outcome(receipt: Receipt) -> str:
    return _OUTCOMES.get(receipt.outcome, receipt.outcome)
