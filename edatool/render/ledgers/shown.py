"""Ledgers as they are shown."""

from collections.abc import Sequence

from edatool.change.ledger import Ledger
from edatool.frozen import frozen


@frozen
class ShownLedgers:
    """The ledgers of a vhost that somebody asked for."""

    ledgers: Sequence[Ledger]
    vhost: str
