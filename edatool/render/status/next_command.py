"""The command to type next, so that it can be copied."""

from shlex import join

from edatool.watch.status import Trouble


def next_command(trouble: Trouble, spec_options: str = "") -> str:
    """Return the command to type next about a trouble; outboxes need no spec."""
    options = "" if trouble.next[0] == "outbox" else spec_options
    return f"edatool {join(trouble.next)}{options}"
