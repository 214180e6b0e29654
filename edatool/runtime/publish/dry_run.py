"""A connection that sends nothing, and knows where RabbitMQ would route what it is given."""

from collections import deque
from collections.abc import Callable

from edatool.broker.message import AmqpMessage
from edatool.broker.publish.pending import Pending
from edatool.routing import message as routing
from edatool.routing.router import Router
from edatool.routing.simulate import route
from edatool.routing.trace import Trace


class DryRun:
    """What a Publisher sends through on trial: ``traces`` has the way of each message, in their order."""

    def __init__(self, router: Router) -> None:
        self._router = router
        self.traces: deque[Trace] = deque()

    def submit(
        self,
        message: AmqpMessage,
        timeout: float = 0.0,  # noqa: ARG002 - as a connection has it
        on_done: Callable[[Pending], None] | None = None,
        *,
        wait: bool = True,  # noqa: ARG002
    ) -> Pending:
        """Simulate one message; ``confirmed`` means that it would reach a queue."""
        trace = route(self._router, routing.Message(message.exchange, message.key, message.headers))
        self.traces.append(trace)
        pending = Pending(message, on_done=on_done)
        if trace.refused:
            pending.settle("nacked", trace.refused.reason)
        else:
            pending.settle("unroutable" if trace.unroutable else "confirmed")
        return pending

    def close(self, timeout: float = 0.0) -> list[Pending]:  # noqa: ARG002 - as a connection has it
        """Do nothing: nothing is on its way."""
        return []
