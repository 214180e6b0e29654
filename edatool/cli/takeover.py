"""What has to be said of a spec that was written of what exists, on stderr."""

from edatool.cli.finding import tell_findings
from edatool.cli.telling import tell
from edatool.counted import counted
from edatool.routing.importing.source import Takeover


def tell_of(taken: Takeover) -> int:
    """Print what was left out, what is wrong, and how much was taken over; return the exit code."""
    if found := (*taken.notes, *taken.wrong):
        tell_findings(found, "short")
    notes = len(taken.notes)
    beside = f"; see the {counted(notes, 'note')} above" if notes else ""
    tell(f"objects taken over: {taken.objects}{beside}")
    return 1 if taken.wrong else 0
