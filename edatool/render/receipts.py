"""Receipts for people and for programs."""

import json
from collections.abc import Mapping

from edatool.runtime.publish.files.line import PayloadLine
from edatool.runtime.publish.receipt import Receipt
from edatool.visible import joined

FORMAT_VERSION = 1
_ORDER = ("confirmed", "accepted", "rejected", "unroutable", "nacked", "unknown")


def text(receipt: Receipt, line: PayloadLine | None = None) -> str:
    """Return what became of a publish, a line for each violation below it; ``line`` is where it was read."""
    place = f"{line.place}: " if line and (line.number is not None or line.file != "-") else ""
    where = f" {receipt.exchange} [{receipt.key}]" if receipt.exchange is not None else ""
    reason = f": {receipt.reason}" if receipt.reason else ""
    event = f"{receipt.event} " if receipt.event else ""
    first = f"{place}{event}{receipt.outcome}{where}{reason}"
    return joined([first, *(f"  {one.pointer or '(payload)'}: {one.message}" for one in receipt.violations)])


def as_json(receipt: Receipt, line: PayloadLine | None = None) -> str:
    """Return a receipt as one line of JSON; the keys are part of the format, whose version is ``format_version``."""
    return json.dumps(_fields(receipt, line))


def reject(receipt: Receipt, line: PayloadLine) -> str:
    """Return a line of a rejects file: the receipt, and the payload as it was.

    Bytes that are no UTF-8 are lone surrogates in it, as Python's ``surrogateescape`` has them.
    """
    return json.dumps(_fields(receipt, line) | {"payload": line.text.decode(errors="surrogateescape")})


def summary(outcomes: Mapping[str, int]) -> str:
    """Return how many messages ended how, in one sentence."""
    total = sum(outcomes.values())
    parts = [f"{outcomes[name]} {name}" for name in _ORDER if outcomes.get(name)]
    return f"{total} payloads: {', '.join(parts)}" if parts else "no payloads"


def _fields(receipt: Receipt, line: PayloadLine | None) -> dict[str, object]:
    return {
        "format_version": FORMAT_VERSION,
        "file": line.file if line else None,
        "line": line.number if line else None,
        "event": receipt.event,
        "outcome": receipt.outcome,
        "message_id": receipt.message_id,
        "exchange": receipt.exchange,
        "key": receipt.key,
        "reason": receipt.reason or None,
        "violations": [{"pointer": one.pointer, "message": one.message} for one in receipt.violations],
    }
