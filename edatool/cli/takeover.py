"""What has to be said of a spec that was written of what exists, on stderr."""

import click

from edatool.cli.telling import tell
from edatool.counted import counted
from edatool.routing.importing.source import Takeover


def tell_of(taken: Takeover) -> int:
    """Print what was left out, what is wrong, and how much was taken over; return the exit code."""
    for finding in (*taken.notes, *taken.wrong):
        click.echo(str(finding), err=True)
    notes = len(taken.notes)
    beside = f"; see the {counted(notes, 'note')} above" if notes else ""
    tell(f"objects taken over: {taken.objects}{beside}")
    return 1 if taken.wrong else 0
