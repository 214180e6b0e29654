"""A trace as it is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import field

from edatool.frozen import frozen
from edatool.routing.message import Message
from edatool.routing.trace import Trace


@frozen
class ShownTrace:
    """A message and where it goes; ``missed`` adds to the text the bindings that did not match, and why.

    ``readers`` are the names of the consumers that read each queue.
    """

    message: Message
    trace: Trace
    missed: bool = False
    readers: Mapping[str, Sequence[str]] = field(default_factory=dict)
