"""A message as it comes, for programs."""

from json import dumps

from edatool.render.messages.json import FORMAT_VERSION, fields
from edatool.render.messages.shown import ShownMessage


def json(shown: ShownMessage) -> str:
    """Return a message as one line of JSON; the keys are part of the format, whose version is ``format_version``."""
    return dumps({"format_version": FORMAT_VERSION, **fields(shown)})
