"""The publisher: events checked against their contracts, and sent until their outcome is known."""

import asyncio
import os
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING

from edatool.broker.address import Address
from edatool.broker.publish.pending import Pending
from edatool.broker.publish.publishing import CLOSE_TIMEOUT, TIMEOUT, WINDOW
from edatool.checks.load import require_valid
from edatool.contracts.payload import encode
from edatool.contracts.payload import parse as parse_payload
from edatool.contracts.violation import Violation
from edatool.errors import no_such_event
from edatool.kept import without_collecting
from edatool.routes import Routes
from edatool.routing.delays import delays_of
from edatool.runtime.publish import connecting
from edatool.runtime.publish.asyncio_bridge import Mailbox
from edatool.runtime.publish.bulk import in_order
from edatool.runtime.publish.connection import Connection
from edatool.runtime.publish.later import Delay, later, seconds_until
from edatool.runtime.publish.message import Written, writers
from edatool.runtime.publish.receipt import Outcome, Receipt, accepted, receipt, rejected
from edatool.runtime.resolve import found

if TYPE_CHECKING:
    from edatool.runtime.outbox.outbox import Outbox

__all__ = ["Connection", "Outcome", "Publisher", "Receipt"]


class Publisher:
    """Publishes events of a spec to a broker; a context manager, for any number of threads and asyncio tasks.

    Example::

        with Publisher("routes.yaml", "amqp://user:password@host") as publisher:
            receipt = publisher.publish("order.placed", {"region": "eu", "total": 120})
    """

    def __init__(
        self,
        spec: str | Sequence[str] | Routes,
        broker: str | Address | Connection | None = None,
        environment: Mapping[str, str] | None = None,
        *,
        timeout: float = TIMEOUT,
        window: int = WINDOW,
        retries: int = 0,
        outbox: "str | os.PathLike[str] | Outbox | None" = None,
    ) -> None:
        """Load the spec and its contracts; the connection is opened by the first publish.

        Args:
            spec: a file, several that override each other, or a spec that is loaded already; ``package:NAME/PATH`` is
                a file of an installed package, and ``broker:NAME`` the spec that apply left on the broker.
            broker: ``amqp[s]://user:password@host:port/vhost``, an Address, or a connection; none where others send
                what is in the outbox.
            environment: the values of ``${NAME}`` in the spec, by default those of the process.
            timeout: seconds within which each publish has its outcome.
            window: how many messages may be on their way at once; more wait.
            retries: how often a message is sent again, under the same id, when the connection was lost before its
                confirm; it may then arrive more than once.
            outbox: a file, or an Outbox, that each message is kept in until the broker has confirmed it: a publish is
                ``accepted`` when it is there.

        Raises:
            InvalidInput: the spec has errors.
            WrongUsage: a malformed broker URL, or a vhost other than the spec's, or no such package.
            BrokerError, NeedsPerson: a spec on the broker cannot be read.
        """
        given = spec if isinstance(spec, Routes) else found(spec, connecting.address_of(broker))
        with without_collecting():
            checked = require_valid(given, os.environ if environment is None else environment, errors_only=True)
            self._writers = writers(checked)
        self._delays = delays_of(checked.spec)
        self._timeout, self._window = timeout, window
        self._mailbox: Mailbox | None = None
        self._vhost = checked.spec.vhost or ""
        self._connection = connecting.connection(broker, checked.spec.vhost, window, retries, outbox)

    def __enter__(self) -> "Publisher":
        connecting.start(self._connection)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> "Publisher":
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.close)

    def publish(
        self,
        event: str,
        payload: object,
        message_id: str | None = None,
        *,
        delay: Delay | None = None,
        at: datetime | None = None,
    ) -> Receipt:
        """Check a payload (JSON values as Python has them), publish it, and wait for the broker's confirm.

        Args:
            event: an event of the spec.
            payload: what happened.
            message_id: an id to use again where the same is published once more; a new one if not given.
            delay: have the broker route it later, to the second, as if it was published then: after seconds, a
                duration such as ``15m``, or a timedelta.
            at: the same, at a time with a zone.

        Raises:
            WrongUsage: the spec declares no such event, or no such delays; the publisher was closed, or used before a
                fork.
            BrokerUnreachable, BrokerRefused, BrokerBlocked: the broker took no messages, and this one was not sent.
        """
        return self._publish(event, self._later(self._written(event, payload, message_id), delay, at))

    def publish_json(
        self,
        event: str,
        text: bytes,
        message_id: str | None = None,
        *,
        delay: Delay | None = None,
        at: datetime | None = None,
    ) -> Receipt:
        """Publish a payload that is JSON text (UTF-8), parsed strictly; it is sent as it is.

        Raises: as ``publish``.
        """
        return self._publish(event, self._later(self._written_json(event, text, message_id), delay, at))

    def publish_within(
        self,
        transaction: object,
        event: str,
        payload: object,
        message_id: str | None = None,
        *,
        delay: Delay | None = None,
        at: datetime | None = None,
    ) -> Receipt:
        """Check a payload, and keep it in the tables of an outbox, in a transaction of the caller's own database.

        It is sent, by ``edatool outbox relay``, once the transaction is committed; so the receipt is ``accepted``.

        Args:
            transaction: a Session or Connection of SQLAlchemy, a connection of psycopg or sqlite3, or any that has
                ``cursor()`` and takes ``%s`` for parameters, as Django's has.
            event, payload, message_id, delay, at: as for ``publish``; a delay begins when the message is sent.

        Raises:
            WrongUsage: the spec declares no such event, or no transaction was begun.
            OutboxError: the database has no tables of an outbox; edatool outbox ddl prints them.
            Exception: whatever the database raises.
        """
        from edatool.runtime.outbox.transaction import keep  # noqa: PLC0415

        written = self._later(self._written(event, payload, message_id), delay, at)
        if not isinstance(written, Written):
            return rejected(event, written)
        keep(transaction, written.message, self._vhost)
        return accepted(written.message, written.violations)

    def publish_nowait(
        self,
        event: str,
        payload: object,
        message_id: str | None = None,
        *,
        delay: Delay | None = None,
        at: datetime | None = None,
    ) -> "Future[Receipt]":
        """Publish as ``publish`` does, and return at once, with a future of the receipt.

        Only where ``window`` messages are on their way already, this waits until one of them has its outcome. The
        future raises what ``publish`` raises about the broker; it cannot be cancelled. Its callbacks run in the thread
        of the connection: they must be quick, and not wait for a publish.

        Raises: as ``publish``.
        """
        written = self._later(self._written(event, payload, message_id), delay, at)
        future: Future[Receipt] = Future()
        future.set_running_or_notify_cancel()
        if isinstance(written, Written):
            self._submit(written, lambda pending: _resolve(future, pending, written.violations))
        else:
            future.set_result(rejected(event, written))
        return future

    def publish_many(self, events: Iterable[tuple[str, object] | tuple[str, object, str | None]]) -> Iterator[Receipt]:
        """Publish pairs of an event and a payload, and yield their receipts in the same order.

        Pairs are taken as they can be sent, so the iterable may be endless; at most ``window`` are on their way. A
        third item is the message id. A message that could not be sent in time has the outcome ``unknown``, and the
        reason says so.

        Raises:
            WrongUsage: the spec declares no such event; receipts of what came before are yielded first.
            BrokerUnreachable, BrokerRefused, BrokerBlocked: nothing of it was sent.
        """
        return self._many((one[0], self._written(*one)) for one in events)

    def publish_many_json(
        self,
        events: Iterable[tuple[str, bytes | Violation] | tuple[str, bytes | Violation, str | None]],
        *,
        delay: Delay | None = None,
        at: datetime | None = None,
    ) -> Iterator[Receipt]:
        """Publish as ``publish_many`` does, payloads that are JSON text; a violation in its place is a rejection.

        ``delay`` and ``at`` hold for each of them, and are those of ``publish``.

        Raises: as ``publish_many``.
        """
        return self._many((one[0], self._later(self._written_json(*one), delay, at)) for one in events)

    async def publish_async(
        self,
        event: str,
        payload: object,
        message_id: str | None = None,
        *,
        delay: Delay | None = None,
        at: datetime | None = None,
    ) -> Receipt:
        """Publish as ``publish`` does, without blocking the event loop.

        When the task is cancelled the message may have been sent.

        Raises: as ``publish``.
        """
        return await self._publish_async(event, self._later(self._written(event, payload, message_id), delay, at))

    async def publish_json_async(self, event: str, text: bytes, message_id: str | None = None) -> Receipt:
        """Publish as ``publish_json`` does, without blocking the event loop.

        Raises: as ``publish``.
        """
        return await self._publish_async(event, self._written_json(event, text, message_id))

    async def publish_many_async(
        self, events: Iterable[tuple[str, object] | tuple[str, object, str | None]]
    ) -> AsyncIterator[Receipt]:
        """Publish as ``publish_many`` does, without blocking the event loop.

        Raises: as ``publish``; what is on its way then is sent all the same.
        """
        tasks: deque[asyncio.Task[Receipt]] = deque()
        for one in events:
            tasks.append(asyncio.ensure_future(self.publish_async(*one)))
            if len(tasks) >= self._window:
                yield await tasks.popleft()
        while tasks:
            yield await tasks.popleft()

    def is_ready(self) -> bool:
        """Return whether messages are taken now; where there is no connection to the broker yet, have one made."""
        # What is no connection to a broker takes messages at any time.
        asked: Callable[[], bool] | None = getattr(self._connection, "is_ready", None)
        return asked is None or asked()

    def close(self, timeout: float = CLOSE_TIMEOUT) -> list[Receipt]:
        """Wait until every message has its outcome, and close the connection.

        What has none after ``timeout`` seconds ends as ``unknown``; its receipts are returned.
        """
        return [receipt(pending) for pending in self._connection.close(timeout)]

    def _written(self, event: str, payload: object, message_id: str | None = None) -> Written | list[Violation]:
        body = encode(payload)
        if isinstance(body, Violation):
            return [body]
        return self._write(event, payload, body, message_id)

    def _written_json(
        self, event: str, text: bytes | Violation, message_id: str | None = None
    ) -> Written | list[Violation]:
        if isinstance(text, Violation):
            return [text]
        payload = parse_payload(text)
        return [payload] if isinstance(payload, Violation) else self._write(event, payload, text, message_id)

    def _write(self, event: str, payload: object, body: bytes, message_id: str | None) -> Written | list[Violation]:
        writer = self._writers.get(event)
        if writer is None:
            raise no_such_event(event, self._writers)
        return writer.write(payload, body, message_id)

    def _later(
        self, written: Written | list[Violation], delay: Delay | None, at: datetime | None
    ) -> Written | list[Violation]:
        seconds = seconds_until(delay, at, time.time())
        if not seconds or not isinstance(written, Written):
            return written
        return written._replace(message=later(written.message, seconds, self._delays))

    def _publish(self, event: str, written: Written | list[Violation]) -> Receipt:
        if not isinstance(written, Written):
            return rejected(event, written)
        pending = self._submit(written)
        pending.wait()
        return _receipt(pending, written.violations)

    async def _publish_async(self, event: str, written: Written | list[Violation]) -> Receipt:
        if not isinstance(written, Written):
            return rejected(event, written)
        done, on_done = self._letters().waiter()
        pending = self._connection.submit(written.message, self._timeout, on_done, wait=False)
        if pending is None:
            pending = await asyncio.to_thread(self._submit, written, on_done)
        await done
        return _receipt(pending, written.violations)

    def _submit(self, written: Written, on_done: Callable[[Pending], None] | None = None) -> Pending:
        pending = self._connection.submit(written.message, self._timeout, on_done)
        assert pending
        return pending

    def _many(self, events: Iterable[tuple[str, Written | list[Violation]]]) -> Iterator[Receipt]:
        return in_order(events, self._submit, self._window)

    def _letters(self) -> Mailbox:
        loop = asyncio.get_running_loop()
        if self._mailbox is None or self._mailbox.loop is not loop:
            self._mailbox = Mailbox(loop)
        return self._mailbox


def _receipt(pending: Pending, violations: tuple[Violation, ...]) -> Receipt:
    """Return the receipt of a message whose outcome is known; raises why it was not sent."""
    if pending.error:
        raise pending.error
    return receipt(pending, violations)


def _resolve(future: "Future[Receipt]", pending: Pending, violations: tuple[Violation, ...]) -> None:
    if pending.error:
        future.set_exception(pending.error)
    else:
        future.set_result(receipt(pending, violations))
