"""Ledgers for programs."""

from dataclasses import asdict
from json import dumps

from edatool.change.ledger import Ledger
from edatool.render.ledgers.shown import ShownLedgers
from edatool.render.objects import object_fields

FORMAT_VERSION = 1


def json(shown: ShownLedgers) -> str:
    """Return ledgers as JSON; the keys are part of the format, whose version is ``format_version``."""
    return dumps({"format_version": FORMAT_VERSION, "ledgers": [_fields(one) for one in shown.ledgers]}, indent=2)


def _fields(ledger: Ledger) -> dict[str, object]:
    return {
        "spec": ledger.spec,
        "vhost": ledger.vhost,
        "complete": ledger.complete,
        "objects": [object_fields(one) for one in ledger.objects.objects],
        "removed": [object_fields(one) for one in ledger.removed.objects],
        "replacing": list(ledger.replacing),
        "history": [asdict(one) for one in ledger.history],
    }
