"""Receipts for programs."""

from json import dumps

from edatool.render.receipts.shown import ShownReceipt
from edatool.runtime.publish.files.line import PayloadLine
from edatool.runtime.publish.receipt import Receipt

FORMAT_VERSION = 1


def json(shown: ShownReceipt) -> str:
    """Return a receipt as one line of JSON; the keys are part of the format, whose version is ``format_version``."""
    return dumps(_fields(shown.receipt, shown.line))


def reject(receipt: Receipt, line: PayloadLine) -> str:
    """Return a line of a rejects file: the receipt, and the payload as it was.

    Bytes that are no UTF-8 are lone surrogates in it, as Python's ``surrogateescape`` has them.
    """
    return dumps(_fields(receipt, line) | {"payload": line.text.decode(errors="surrogateescape")})


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
        "violations": [one.to_json() for one in receipt.violations],
    }
