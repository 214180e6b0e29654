"""Messages as they are shown."""

from edatool.frozen import frozen
from edatool.runtime.dead_letters.history import DeadMessage
from edatool.runtime.dead_letters.today import Today


@frozen
class ShownMessage:
    """A message, and what a spec says of it today; None where there is no spec."""

    message: DeadMessage
    today: Today | None
