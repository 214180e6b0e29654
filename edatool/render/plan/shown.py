"""A plan as it is shown."""

from edatool.change.allowed import NOTHING, Allowed
from edatool.change.plan import Plan
from edatool.frozen import frozen
from edatool.render.paint import Paint, unpainted


@frozen
class ShownPlan:
    """A plan under its title, with what becomes of it where that much is ``allowed``.

    ``paint`` colours the text. JSON has a few of the messages that show what changes for an event, or ``all_messages``.
    """

    plan: Plan
    title: str = ""
    allowed: Allowed = NOTHING
    paint: Paint = unpainted
    all_messages: bool = False
