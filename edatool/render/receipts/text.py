"""Receipts for people."""

from collections.abc import Mapping

from edatool.counted import counted
from edatool.render.receipts.shown import ShownReceipt
from edatool.visible import joined

_ORDER = ("confirmed", "accepted", "rejected", "unroutable", "nacked", "unknown")


def text(shown: ShownReceipt) -> str:
    """Return what became of a publish, a line for each violation below it."""
    receipt, line = shown.receipt, shown.line
    place = f"{line.place}: " if line and (line.number is not None or line.file != "-") else ""
    asked = ": is the spec applied?" if receipt.reason.startswith("NOT_FOUND") else ""
    reason = f" ({receipt.reason}{asked})" if receipt.reason else ""
    where = f": {receipt.exchange or '(default exchange)'} [{receipt.key}]" if receipt.exchange is not None else ""
    event = f"{receipt.event} " if receipt.event else ""
    first = f"{place}{event}{receipt.outcome}{reason}{where}"
    return joined([first, *(f"  {one.pointer or '(payload)'}: {one.message}" for one in receipt.violations)])


def summary(outcomes: Mapping[str, int]) -> str:
    """Return how many messages ended how, in one sentence."""
    total = sum(outcomes.values())
    parts = [f"{outcomes[name]} {name}" for name in _ORDER if outcomes.get(name)]
    return f"{counted(total, 'payload')}: {', '.join(parts)}" if parts else "no payloads"
