"""Many messages on their way at once, and their receipts in the order of the messages."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from edatool.broker.publish.pending import Pending
from edatool.contracts.violation import Violation
from edatool.errors import BrokerError
from edatool.runtime.publish.message import Written
from edatool.runtime.publish.receipt import Receipt, receipt, rejected

_Sent = tuple[Pending, tuple[Violation, ...]]


def in_order(
    events: Iterable[tuple[str, Written | list[Violation]]], submit: Callable[[Written], Pending], window: int
) -> Iterator[Receipt]:
    """Submit what could be written, ``window`` messages ahead of the receipt that is asked for at most.

    What could not be sent has a receipt too, ``unknown`` with the reason, once anything was sent. An exception of
    ``events`` comes after the receipts of what was before it.

    Raises:
        BrokerError: nothing was sent.
    """
    waiting: deque[Receipt | _Sent] = deque()
    failures: list[Exception] = []
    sent = False
    for event, written in _until_failure(events, failures):
        waiting.append(rejected(event, written) if isinstance(written, list) else _submitted(written, submit))
        while waiting and (len(waiting) >= window or _is_known(waiting[0])):
            sent = sent or _was_sent(waiting)
            yield _next(waiting)
    while waiting:
        sent = sent or _was_sent(waiting)
        yield _next(waiting)
    if failures:
        raise failures[0]


def _until_failure(
    events: Iterable[tuple[str, Written | list[Violation]]], failures: list[Exception]
) -> Iterator[tuple[str, Written | list[Violation]]]:
    try:
        yield from events
    except Exception as error:  # noqa: BLE001 - raised again, later
        failures.append(error)


def _submitted(written: Written, submit: Callable[[Written], Pending]) -> _Sent:
    try:
        return submit(written), written.violations
    except BrokerError as error:
        pending = Pending(written.message)
        pending.settle("unknown", str(error), error)
        return pending, written.violations


def _is_known(one: Receipt | _Sent) -> bool:
    return isinstance(one, Receipt) or one[0].outcome is not None


def _was_sent(waiting: Iterable[Receipt | _Sent]) -> bool:
    """Say whether anything that waits was sent; raises the reason where nothing could be."""
    errors = []
    for one in waiting:
        if isinstance(one, Receipt):
            continue
        one[0].wait()
        if not one[0].error:
            return True
        errors.append(one[0].error)
    if errors:
        raise errors[0]
    return False


def _next(waiting: deque[Receipt | _Sent]) -> Receipt:
    first = waiting.popleft()
    if isinstance(first, Receipt):
        return first
    pending, violations = first
    pending.wait()
    return receipt(pending, violations)
