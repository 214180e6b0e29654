"""Ledgers for people."""

from collections.abc import Iterator

from edatool.change.ledger import Ledger, LedgerEntry
from edatool.counted import counted
from edatool.render.ledgers.shown import ShownLedgers
from edatool.routing.topology import describe
from edatool.visible import joined, visible


def text(shown: ShownLedgers) -> str:
    """Return what each spec has made, and its applies."""
    if not shown.ledgers:
        return visible(f"No ledger is kept on the vhost {shown.vhost}.")
    return "\n\n".join(joined(_lines(one)) for one in shown.ledgers)


def _lines(ledger: Ledger) -> Iterator[str]:
    yield f"{ledger.spec} on vhost {ledger.vhost}: {counted(ledger.objects.size, 'object')}"
    yield from (f"    {describe(one)}" for one in ledger.objects.objects)
    if ledger.replacing:
        yield f"  being replaced: {', '.join(ledger.replacing)}"
    yield "  applies, the newest first:"
    yield from (f"    {_entry(one)}" for one in ledger.history)


def _entry(one: LedgerEntry) -> str:
    revision = f", revision {one.revision}" if one.revision else ""
    counts = f"{one.created} created, {one.changed} changed, {one.removed} removed"
    return f"{one.serial}  {one.at}  {one.by}{revision}: {counts}" + ("" if one.complete else "  (did not end)")
