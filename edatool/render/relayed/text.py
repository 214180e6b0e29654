"""What a relay did, for people."""

from edatool.render.relayed.shown import COUNTED, ShownRelayed


def text(shown: ShownRelayed) -> str:
    """Return what a relay did, and how many messages are still in the outbox."""
    parts = [f"{shown.counts[name]} {name}" for name in COUNTED if shown.counts.get(name)]
    return f"{', '.join(parts) or 'nothing sent'}; {shown.waiting} waiting, {shown.parked} parked"
