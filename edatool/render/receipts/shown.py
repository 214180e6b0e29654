"""Receipts as they are shown."""

from edatool.frozen import frozen
from edatool.runtime.publish.files.line import PayloadLine
from edatool.runtime.publish.receipt import Receipt


@frozen
class ShownReceipt:
    """What became of a publish, and where its payload was read, None where in no file."""

    receipt: Receipt
    line: PayloadLine | None = None
