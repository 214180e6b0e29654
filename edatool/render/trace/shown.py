"""A trace as it is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import field

from edatool.frozen import frozen
from edatool.routing.message import Message
from edatool.routing.trace import Trace


@frozen
class ShownDelivery:
    """A delivery that gets the message, and what it posts; ``url`` may say where it is read from.

    ``filter`` is the name of the filter that it has, or what that asks. Where the message is no event, there is no
    ``body``; where it becomes a dead letter, ``refused`` says why, and ``unsent`` where the filter keeps it back.
    """

    name: str
    url: str
    signed: bool
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    refused: str | None = None
    filter: str | None = None
    unsent: str | None = None


@frozen
class ShownTrace:
    """A message and where it goes; ``missed`` adds to the text the bindings that did not match, and why.

    ``readers`` are the names of the consumers that read each queue, ``deliveries`` those that post what is in it.
    """

    message: Message
    trace: Trace
    missed: bool = False
    readers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    deliveries: Mapping[str, Sequence[ShownDelivery]] = field(default_factory=dict)
