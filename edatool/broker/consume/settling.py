"""Verdicts on messages, from any thread, carried out in the thread that owns the connection."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pika import spec

from edatool.broker.consume.copies import Copies, Copy
from edatool.broker.consume.delivery import Onward, Verdict
from edatool.broker.consume.ending import Ending
from edatool.broker.consume.fullness import FIRST_PAUSE, LONGEST_PAUSE
from edatool.broker.consume.in_hand import InHand, Received
from edatool.broker.consume.pump import Pump
from edatool.broker.properties import bare

_ACKNOWLEDGE_BEHIND = 0.5
"""The share of messages in hand that may wait, done, behind one that takes its time."""


@dataclass(slots=True)
class Settling:
    """Acknowledges in ranges; a message of which a copy goes on is acknowledged once the broker has confirmed that."""

    _pump: Pump
    _in_hand: InHand[Received]
    _copies: Copies
    _ending: Ending
    _open: set[int]
    """The tags of what has no verdict that was carried out."""
    _tell: Callable[[str], None]
    _settled: deque[tuple[int, Verdict | None]] = field(default_factory=deque)
    _woken: bool = False

    def settle(self, tag: int, verdict: Verdict | None) -> None:
        """Say what becomes of a message, None where nobody began to work on it; any thread may, once for each."""
        self._settled.append((tag, verdict))
        if not self._woken:
            self._woken = True
            self._pump.call_next(self._carry_out)

    def _carry_out(self) -> None:
        self._woken = False
        if not self._pump.has_channel:
            return
        while self._settled:
            tag, verdict = self._settled.popleft()
            if tag in self._open:  # else it went back when its time was over
                self._settle(tag, verdict)
        self._in_hand.acknowledge_soon(then=self._acknowledged)

    def _settle(self, tag: int, verdict: Verdict | None) -> None:
        if isinstance(verdict, Onward):
            self._send(Copy(tag, verdict, time.monotonic(), FIRST_PAUSE, ""))
            return
        self._open.discard(tag)
        if verdict == "done":
            self._in_hand.done(tag)
        elif verdict == "failed":
            self._in_hand.fail(tag)
        elif verdict == "not processed" and not self._pump.ending:
            self._in_hand.put_back(tag)

    def _acknowledged(self) -> None:
        if len(self._in_hand) - len(self._open) > _ACKNOWLEDGE_BEHIND * len(self._in_hand):
            self._in_hand.acknowledge_one_by_one()
        self._ending.go_on()

    def _send(self, copy: Copy) -> None:
        received = self._in_hand.get(copy.tag)
        assert received
        if not self._copies.send(copy, received):
            self._tell("a message has no room for the headers that say why it failed: it goes on with no others")
            self._copies.send(copy, Received(received.delivery, bare(received.properties), 0.0, 1))

    def returned(self, _: Any, method: Any, properties: Any, __: bytes) -> None:
        """Note a copy that goes to no queue; it comes before its confirm."""
        copy = self._copies.returned(properties.headers or {})
        if copy:
            there = f"exchange {method.exchange!r}" if method.exchange else f"queue {method.routing_key!r}"
            self._tell(f"{there} leads a message nowhere that was to go on: it is tried again")

    def confirmed(self, frame: Any) -> None:
        """Have those acknowledged whose copies the broker took; the others are sent again."""
        method = frame.method
        self._pump.patience.hear()
        for copy in self._copies.confirmed(method.delivery_tag, multiple=method.multiple):
            if copy.returned or isinstance(method, spec.Basic.Nack):
                self._pump.call_later(copy.pause, partial(self._send_again, copy))
            else:
                self._open.discard(copy.tag)
                self._in_hand.done(copy.tag)
        self._in_hand.acknowledge_soon(then=self._acknowledged)

    def _send_again(self, copy: Copy) -> None:
        if copy.tag in self._open and self._pump.has_channel:
            copy.pause, copy.returned = min(2 * copy.pause, LONGEST_PAUSE), False
            self._send(copy)
