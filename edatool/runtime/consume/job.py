"""Messages that wait for somebody who works on them."""

from typing import NamedTuple

from edatool.broker.consume.delivery import Delivery
from edatool.broker.consume.receive import Receiving


class Job(NamedTuple):
    """A message, and who is told what becomes of it."""

    receiving: Receiving
    tag: int
    delivery: Delivery
