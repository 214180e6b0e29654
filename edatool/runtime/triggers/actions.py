"""What a trigger starts, as a handler of events."""

from collections.abc import Callable
from contextlib import ExitStack

from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.triggers.function import function
from edatool.spec.spec import Trigger

TIMEOUT = 30.0
"""Seconds that an action may take, where its trigger does not say."""

Act = Callable[[ConsumedEvent], object]


def action(trigger: Trigger, vhost: str, closed: ExitStack) -> Act:
    """Return what a trigger does with an event; what it keeps open is closed with ``closed``.

    Raises:
        WrongUsage: there is no such program, function or secret.
    """
    timeout = TIMEOUT if trigger.timeout is None else trigger.timeout / 1000
    if trigger.run:
        return _program(trigger, timeout, closed)
    if trigger.http is not None:
        return _post(trigger, timeout, closed)
    if trigger.aws_lambda is not None:
        from edatool.runtime.triggers.lambda_locally import LambdaLocally  # noqa: PLC0415 - few triggers need it

        return LambdaLocally(function(trigger.aws_lambda), trigger.aws_lambda.partition(":")[2], vhost, timeout)
    assert trigger.call is not None
    return function(trigger.call)


def _program(trigger: Trigger, timeout: float, closed: ExitStack) -> Act:
    from edatool.runtime.triggers.program import Program  # noqa: PLC0415 - as above
    from edatool.runtime.triggers.warm_program import WarmProgram  # noqa: PLC0415

    one = (WarmProgram if trigger.warm else Program)(trigger.run, timeout)
    closed.callback(one.close)
    return one


def _post(trigger: Trigger, timeout: float, closed: ExitStack) -> Act:
    # It loads an HTTP client.
    from edatool.runtime.triggers.posting.client import ClientSender  # noqa: PLC0415
    from edatool.runtime.triggers.posting.endpoint import bearer_token, posted_to  # noqa: PLC0415
    from edatool.runtime.triggers.posting.post import Post  # noqa: PLC0415

    assert trigger.http is not None
    url, shown = posted_to(trigger.http)
    one = Post(shown, ClientSender(url, timeout, bearer_token(trigger.token)))
    closed.callback(one.close)
    return one
