"""A message as it comes, for people."""

from edatool.render.messages.shown import ShownMessage
from edatool.render.messages.text import lines
from edatool.visible import joined


def text(shown: ShownMessage) -> str:
    """Return a few lines, and an empty one, for others follow."""
    return f"{joined(lines(shown))}\n"
