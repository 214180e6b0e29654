"""A queue replaced on a real broker while somebody keeps its messages, or it is full."""

from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from edatool.change.replacing import queue
from edatool.errors import Unsafe
from edatool.routing.topology import Queue
from tests.broker_fixtures import Vhost
from tests.change.on_broker import channel, there
from tests.change.replacing.queues import QUORUM, carry_out, expected, planned, publish, taken

pytestmark = pytest.mark.timeout(300)


def test_unacknowledged_messages_are_waited_for_and_then_it_goes_on(bound: Vhost) -> None:
    publish(bound, range(10))
    one = planned(bound, QUORUM)
    with channel(bound) as consumer:
        consumer.basic_get("q")
        with pytest.raises(Unsafe, match="1 that they have not acknowledged: let them finish"):
            carry_out(one, bound, limit=queue.STATISTICS_LAG + 3)
        assert there(bound).queues["q"].type == "classic"
        publish(bound, range(10, 20))
    carry_out(one, bound)
    assert there(bound) == expected(QUORUM)
    assert sorted(taken(bound)) == list(range(20))


def test_helper_queues_stay_while_somebody_holds_messages_of_them_as_a_replacement_that_was_cut_off_may(
    bound: Vhost,
) -> None:
    publish(bound, range(10))
    one = planned(bound, QUORUM)
    with channel(bound) as cut_off:

        def hold(step: str) -> None:
            if step.startswith("move the messages"):
                publish(bound, range(10, 20))
                cut_off.basic_consume(one.helper("hold"), lambda *_: None)

        with pytest.raises(Unsafe, match="1 consumer,"):
            carry_out(one, bound, hold, limit=queue.STATISTICS_LAG + 6)
    carry_out(one, bound)
    assert there(bound) == expected(QUORUM)
    assert sorted(taken(bound)) == list(range(20))


def test_a_full_queue_that_refuses_messages_is_waited_for(bound: Vhost) -> None:
    publish(bound, range(10))
    small = Queue("q", arguments={"x-queue-type": "quorum", "x-max-length": 3, "x-overflow": "reject-publish"})
    one, found = planned(bound, small), list[int]()
    with pytest.raises(Unsafe):
        carry_out(one, bound, limit=queue.STATISTICS_LAG + 6)
    with ThreadPoolExecutor() as aside:
        going_on = aside.submit(carry_out, one, bound)
        while not going_on.done():
            found += taken(bound)
            wait([going_on], 0.1)
    going_on.result()
    assert sorted(found) == list(range(10))
    assert there(bound) == expected(small)


def test_a_queue_that_is_as_full_as_it_may_be_is_replaced_without_waiting_for_consumers(bound: Vhost) -> None:
    publish(bound, range(3))
    small = Queue("q", arguments={"x-queue-type": "quorum", "x-max-length": 3, "x-overflow": "reject-publish"})
    carry_out(planned(bound, small), bound)
    assert taken(bound) == [0, 1, 2]
    assert there(bound) == expected(small)
