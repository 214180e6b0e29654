"""A plan as it is shown."""

from edatool.change.allowed import NOTHING, Allowed
from edatool.change.plan import Plan
from edatool.frozen import frozen
from edatool.render.paint import Paint, unpainted
from edatool.render.wrapped import WIDTH


@frozen
class ShownPlan:
    """A plan under its title, with what becomes of it where that much is ``allowed``.

    ``paint`` colours the text, which is ``width`` wide where names let it; ``by_event`` lists events one by one, and
    ``verbose`` what is left alone. JSON has a few of the messages that show what changes for an event, or
    ``all_messages``.
    """

    plan: Plan
    title: str = ""
    allowed: Allowed = NOTHING
    paint: Paint = unpainted
    all_messages: bool = False
    width: int = WIDTH
    by_event: bool = False
    verbose: bool = False
