"""A function for AWS Lambda, called here for each event."""

import time
from collections.abc import Callable
from typing import Any

from edatool.frozen import frozen
from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.ids import new_id
from edatool.runtime.triggers.lambda_messages import lambda_event


@frozen
class LambdaContext:
    """What of Lambda's context object functions use."""

    function_name: str
    aws_request_id: str
    until: float
    """When its time is over, on the monotonic clock."""

    def get_remaining_time_in_millis(self) -> int:
        """Return how long the function may still take."""
        return max(int((self.until - time.monotonic()) * 1000), 0)


@frozen
class LambdaLocally:
    """Calls a function with what Lambda would give it; where it raises, the event has failed."""

    call: Callable[[dict[str, Any], LambdaContext], object]
    name: str
    vhost: str
    timeout: float

    def __call__(self, event: ConsumedEvent) -> None:
        """Call it."""
        context = LambdaContext(self.name, new_id(), time.monotonic() + self.timeout)
        self.call(lambda_event(event, self.vhost), context)
