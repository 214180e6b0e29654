"""Copies of messages that are on their way: they were sent on, and the broker has not confirmed them."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile

from edatool.broker.consume.delivery import PASSED_BY, Onward
from edatool.broker.consume.in_hand import Received
from edatool.broker.consume.pump import Pump
from edatool.broker.properties import OF_QUEUES, raw

CONFIRM_WITHIN = 20.0
"""Seconds in which a destination has to confirm a message, before the message is put off."""
_MOST_DIGITS = 19
"""Of a number of ours; what is longer is somebody else's."""


@dataclass(slots=True)
class Copy:
    """One copy of the message with a delivery tag."""

    tag: int
    onward: Onward
    since: float
    pause: float
    """Seconds until it is sent again where the broker does not take it."""
    waits_for: str
    """The full destination in whose place this is a queue to wait in; empty where it is the destination's."""
    returned: bool = False


@dataclass(slots=True)
class Copies:
    """Sends them, and knows them by the headers that it adds."""

    _pump: Pump
    _mark: str = PASSED_BY
    """The header by which they are known."""
    _sent: int = 0
    _by_number: dict[int, Copy] = field(default_factory=dict)
    """By numbers of publishes, in order."""
    _may_return_by: set[str] = field(default_factory=set)
    """The exchanges that messages went on to by which they may return."""
    _run: str = field(default_factory=lambda: secrets.token_hex(6))
    """Tells what was sent by this run from everything else."""

    def __len__(self) -> int:
        return len(self._by_number)

    def send(self, copy: Copy, of: Received) -> bool:
        """Send a copy of a message; tell whether it was sent, for which its headers have to leave room for ours."""
        number, onward = self._sent + 1, copy.onward
        headers = {**onward.headers, self._mark: f"{self._run}.{number}"}
        # A user-id may be sent by that user only.
        drop = ("user_id", *onward.without_properties)
        properties = raw(of.properties, without=(*OF_QUEUES, *onward.without), headers=headers, drop=drop)
        if not self._pump.has_room(properties):
            return False
        self._sent = number
        self._by_number[number] = copy
        if onward.may_return and onward.exchange:  # by the default exchange comes what is put back by hand
            self._may_return_by.add(onward.exchange)
        self._pump.channel.basic_publish(onward.exchange, onward.key, of.delivery.body, properties, mandatory=True)
        return True

    def tags(self) -> set[int]:
        """Return the delivery tags of the messages that they are copies of."""
        return {one.tag for one in self._by_number.values()}

    def came_back(self, exchange: str, headers: Mapping[str, object]) -> bool:
        """Tell whether a message that was delivered is a copy that was sent before."""
        return exchange in self._may_return_by and self._number(headers) > 0

    def returned(self, headers: Mapping[str, object]) -> Copy | None:
        """Note that the broker returned a copy, the confirm of which comes later."""
        copy = self._by_number.get(self._number(headers))
        if copy:
            copy.returned = True
        return copy

    def confirmed(self, number: int, *, multiple: bool) -> Iterator[Copy]:
        """Take out the copy with a number, or all up to it; there is none that was put off, or given up."""
        return self._taken_out([one for one in self._by_number if one <= number] if multiple else [number])

    def overdue(self, now: float) -> Iterator[Copy]:
        """Take out what a destination neither takes nor refuses, such as a quorum queue without its majority."""
        patience = self._pump.patience
        if patience.blocked:
            return iter(())
        latest = now - CONFIRM_WITHIN
        old = takewhile(
            lambda item: max(item[1].since, patience.blocked_or_unblocked) < latest, self._by_number.items()
        )
        return self._taken_out([number for number, one in old if one.onward.put_off])

    def give_up(self, tag: int) -> None:
        """Expect nothing more of the copies of a message."""
        for number in [number for number, one in self._by_number.items() if one.tag == tag]:
            del self._by_number[number]

    def _taken_out(self, numbers: list[int]) -> Iterator[Copy]:
        # One by one: what becomes of one copy may be that the message is given up, and the others with it.
        for number in numbers:
            copy = self._by_number.pop(number, None)
            if copy:
                yield copy

    def _number(self, headers: Mapping[str, object]) -> int:
        """Return the number of the publish that a message is of, 0 where it is not one of this run."""
        found = headers.get(self._mark)
        run, _, number = found.partition(".") if isinstance(found, str) else ("", "", "")
        return int(number) if run == self._run and len(number) <= _MOST_DIGITS and number.isdecimal() else 0
