"""Where messages would go, for people."""

from collections.abc import Mapping

from edatool.render.dry_run.shown import ShownTrial, Way
from edatool.render.receipts import text as receipts
from edatool.render.receipts.shown import ShownReceipt
from edatool.visible import joined, visible


def text(shown: ShownTrial) -> str:
    """Return where one message would go, or why it would not."""
    receipt, line = shown.receipt, shown.line
    if receipt.outcome != "confirmed":
        return receipts.text(ShownReceipt(receipt, line))
    _, _, queues = shown.way
    place = f"{line.place}: " if line.file != "-" else ""
    return visible(f"{place}{receipt.event} would go to {', '.join(queues)}: {receipt.exchange} [{receipt.key}]")


def summary(ways: Mapping[Way, int]) -> str:
    """Return how many messages would go which way, the most travelled first."""
    rows = sorted(ways.items(), key=lambda row: (-row[1], row[0]))
    width = max((len(str(count)) for _, count in rows), default=0)
    return joined(f"{count:>{width}}  {_described(way)}" for way, count in rows) or "no payloads"


def _described(way: Way) -> str:
    event, outcome, queues = way
    return f"{event or '(no event)'} {'-> ' + ', '.join(queues) if outcome == 'routed' else outcome}"
