"""A trace as it is shown."""

from edatool.frozen import frozen
from edatool.routing.message import Message
from edatool.routing.trace import Trace


@frozen
class ShownTrace:
    """A message and where it goes; ``missed`` adds to the text the bindings that did not match, and why."""

    message: Message
    trace: Trace
    missed: bool = False
