"""Messages that wait for their time in delayed exchanges which are to go, and would go with them."""

from collections.abc import Iterable

from edatool.change.changes import Change, Delete
from edatool.counted import counted
from edatool.frozen import frozen
from edatool.routing.topology import Exchange
from edatool.spec.rabbitmq.exchange_types import DELAYED


@frozen
class WaitingMessages:
    """How many messages wait in an exchange that is to go; None where RabbitMQ does not say."""

    exchange: str
    messages: int | None

    @property
    def may_lose(self) -> bool:
        """Whether messages may go with it."""
        return self.messages != 0

    def __str__(self) -> str:
        holds = "may hold messages" if self.messages is None else f"holds {counted(self.messages, 'message')}"
        return f"exchange {self.exchange} {holds} whose time has not come, and is to go"


def delayed_and_doomed(changes: Iterable[Change]) -> list[str]:
    """Return the names of the delayed exchanges that are to be deleted."""
    doomed = [one.object for one in changes if isinstance(one, Delete)]
    return [one.name for one in doomed if isinstance(one, Exchange) and one.type == DELAYED]
