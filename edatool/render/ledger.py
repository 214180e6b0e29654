"""Ledgers for people and for programs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from edatool.change.ledger import Ledger, LedgerEntry
from edatool.render.plan import object_fields
from edatool.routing.topology import describe
from edatool.visible import joined, visible

FORMAT_VERSION = 1


def text(ledgers: Sequence[Ledger], vhost: str) -> str:
    """Return ledgers to be read."""
    if not ledgers:
        return visible(f"No ledger is kept on the vhost {vhost}.")
    return "\n\n".join(joined(_lines(one)) for one in ledgers)


def as_json(ledgers: Sequence[Ledger]) -> str:
    """Return ledgers as JSON; the keys are part of the format, whose version is ``format_version``."""
    return json.dumps({"format_version": FORMAT_VERSION, "ledgers": [_fields(one) for one in ledgers]}, indent=2)


def _lines(ledger: Ledger) -> Iterator[str]:
    yield f"{ledger.spec} on vhost {ledger.vhost}: {ledger.objects.size} objects"
    yield from (f"    {describe(one)}" for one in ledger.objects.objects)
    if ledger.replacing:
        yield f"  being replaced: {', '.join(ledger.replacing)}"
    yield "  applies, the newest first:"
    yield from (f"    {_entry(one)}" for one in ledger.history)


def _entry(one: LedgerEntry) -> str:
    revision = f", revision {one.revision}" if one.revision else ""
    counts = f"{one.created} created, {one.changed} changed, {one.removed} removed"
    return f"{one.serial}  {one.at}  {one.by}{revision}: {counts}" + ("" if one.complete else "  (did not end)")


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
