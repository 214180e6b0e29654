"""The consumer: handlers of events, which it calls with what comes into the queues of a spec."""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from edatool.broker.address import Address, parse, vhost_of
from edatool.checks.load import require_valid
from edatool.errors import WrongUsage, no_such_event
from edatool.kept import without_collecting
from edatool.routes import Routes
from edatool.runtime.consume.choosing import Chosen, chosen
from edatool.runtime.consume.counts import OUTCOMES, ConsumerCounts
from edatool.runtime.consume.handling import Handling
from edatool.runtime.consume.once import Once
from edatool.runtime.consume.queues import read_queue
from edatool.runtime.consume.reactions import BatchLimits, Reaction, arguments_of
from edatool.runtime.consume.reading import reading
from edatool.runtime.consume.running import Running
from edatool.runtime.consume.settings import InboxPlace, settings_of
from edatool.runtime.consume.telling import logged, safely
from edatool.runtime.metrics.measured import Subject, measured, registry_for
from edatool.runtime.resolve import found
from edatool.runtime.signals import stopped_by_signals

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

GRACE, MAX_WAIT = 30.0, 1.0
MEASURED = Subject("consumer", "events", OUTCOMES, "Seconds that calls of handlers took.", ("queue",))

Handler = TypeVar("Handler", bound=Callable[..., Any])


class Consumer:
    """Calls handlers with the events that come into queues.

    Example::

        consumer = Consumer("routes.yaml", "amqp://user:password@host")

        @consumer.on("payment.settled")
        def ship(event):
            print(event.payload["order"])

        consumer.run()

    A handler that returns has handled its event. Where it raises, the event is tried again as the queue's ``retry``
    or ``delivery_limit`` says, and then goes to its dead letters; see ``Retry``, ``Reject`` and ``Drop``.
    ``counts`` has what became of events.
    """

    def __init__(
        self,
        spec: str | Sequence[str] | Routes,
        broker: str | Address,
        environment: Mapping[str, str] | None = None,
        *,
        name: str = "",
        inbox: InboxPlace | None = None,
        workers: int | None = None,
        prefetch: int | None = None,
        grace: float = GRACE,
        metrics: str | None = None,
        health: str | None = None,
        registry: "CollectorRegistry | None" = None,
        tell: Callable[[str], None] = logged,
    ) -> None:
        """Load the spec and its contracts; the connection is opened by ``run``.

        Args:
            spec: a file, several that override each other, or a spec that is loaded already; ``package:NAME/PATH`` is
                a file of an installed package, and ``broker:NAME`` the spec that apply left on the broker.
            broker: ``amqp[s]://user:password@host:port/vhost``, or an Address.
            environment: the values of ``${NAME}`` in the spec, by default those of the process.
            name: which of the spec's ``consumers`` this is; told in dead letters, and remembered in the inbox. By
                default the name of the queue.
            inbox: where it remembers what it has handled, so that nothing is handled twice: a file of SQLite, made
                where it is not there, or ``postgresql://...``, ``redis://...`` or ``sqlite:///...``. By default what
                the spec says, else nothing is remembered.
            workers: how many events are handled at once; by default what the spec says, else 10.
            prefetch: how many events of a queue may be in hand at once; by default what the spec says, else four for
                each worker.
            grace: seconds that handlers have to get done after ``stop``.
            metrics: ``[HOST:]PORT`` at which ``run`` serves ``/metrics`` for Prometheus, and what ``health`` does; HOST
                is 127.0.0.1 where it is left out.
            health: ``[HOST:]PORT`` at which ``run`` serves ``/healthz``, and ``/readyz``, which is 200 while events are
                taken.
            registry: of prometheus_client, in which it measures, for who serves that or has several; by default
                ``prometheus_client.REGISTRY`` where ``metrics`` are served.
            tell: is told what a person should know; by default it is a warning of the logger ``edatool``.

        Raises:
            InvalidInput: the spec has errors.
            WrongUsage: a malformed broker URL, a vhost other than the spec's, no such package, no such consumer in
                the spec, or metrics without prometheus_client.
            BrokerError, NeedsPerson: a spec on the broker cannot be read.
        """
        self.address = parse(broker) if isinstance(broker, str) else broker
        given = spec if isinstance(spec, Routes) else found(spec, self.address)
        environment = os.environ if environment is None else environment
        with without_collecting():
            self._routes = require_valid(given, environment, errors_only=True)
        self.vhost = vhost_of(self._routes.spec.vhost, self.address)
        self._settings = settings_of(
            self._routes.spec, name, environment, workers=workers, prefetch=prefetch, inbox=inbox
        )
        self._grace, self._tell = grace, safely(tell)
        self._metrics, self._health, self._registry = metrics, health, registry_for(metrics, registry)
        self._reactions: list[Reaction] = []
        self._running: Running | None = None
        self._stopped = False
        self.counts = ConsumerCounts()

    def on(
        self,
        *events: str,
        queue: str | None = None,
        timeout: float | None = None,
        order_by: str | None = None,
        order: Literal["keep"] | None = None,
        max_events: int | None = None,
        max_wait: float = MAX_WAIT,
    ) -> Callable[[Handler], Handler]:
        """Have a function handle these events, or all events of a queue that no other function is for.

        The queue may be left out where only one gets these events. The function takes the event (``ConsumedEvent``), or
        its payload where the parameter is annotated with what the payload is to be: ``dict``, a dataclass, a
        msgspec.Struct, a Pydantic model; or both. It is called in a thread of the consumer's; a coroutine function is
        awaited in the consumer's event loop.

        What takes longer than ``timeout`` seconds has failed. A coroutine function is cancelled then; a plain function
        cannot be, and may still be at work when its event is tried again.

        Events with the same value at ``order_by``, the path of a field of the payload such as ``customer.id``, are
        handled one after the other in the order in which they came. One that fails lets the others pass, unless
        ``order`` is ``keep``: then it stays in hand while it waits for its next try, and they wait behind it until it
        is done or a dead letter. Without ``order_by`` all events of the queue do.

        Where none of these is given, the spec's are taken, if it says them of the consumer of this name.

        With ``max_events`` the function gets a list of so many, or of what came within ``max_wait`` seconds after the
        first; where it raises, or takes longer than ``timeout``, all of them have failed.

        Raises:
            WrongUsage: the spec declares no such event or queue, or the function takes other arguments.
        """
        spec = self._routes.spec
        for event in events:
            if event not in spec.events:
                raise no_such_event(event, spec.events)
        if not events and queue is None:
            raise WrongUsage("say what is to be handled: @consumer.on('EVENT'), or on(queue='QUEUE')")
        if queue is not None:
            read_queue(self._routes, queue)

        batch = None if max_events is None else BatchLimits(max_events, max_wait)
        path = tuple(order_by.split(".")) if order_by else ()
        keeps = order == "keep" or (batch is None and self._settings.keeps_order)
        timeout = self._settings.timeout if timeout is None else timeout
        path = path or (() if batch else self._settings.order_by)

        def register(handle: Handler) -> Handler:
            arguments = arguments_of(handle, many=batch is not None)
            reaction = Reaction(events, queue, handle, arguments, timeout, path, keeps, batch)
            reaction.require_possible()
            self._reactions.append(reaction)
            return handle

        return register

    def run(self) -> None:
        """Handle events until ``stop``, SIGTERM or Ctrl-C; once it has begun, it goes on after every fault.

        At the end no more events are taken, those in work have ``grace`` seconds to get done, and the rest go back to
        their queues.

        Raises:
            WrongUsage: no handlers; no binding brings an event to its queue, or an event that comes has no handler; or
                nothing can be served at ``metrics`` or ``health``.
            BrokerUnreachable: there was no connection in the first place.
            BrokerRefused: the user or its permissions do not suffice, or apply has not been run.
        """
        with self.handling(retry_in_place=True) as handlings, stopped_by_signals(self.stop):
            self._running = running = self._new_running(handlings)
            if self._stopped:
                return
            with self._served(running):
                running.run()

    def stop(self) -> None:
        """End ``run``; may be called from any thread or signal handler."""
        # No more than this: a signal handler may have interrupted whoever holds a lock.
        self._stopped = True
        if self._running:
            self._running.stop()

    def take_singly(self, *, singly: bool) -> None:
        """Have one message of each queue in hand at most, as where handlers wait for something, or as many as before.

        What is in work gets done, and the rest goes back to its queue. Meanwhile ``/readyz`` says that it is not ready.
        Any thread may call it.
        """
        if self._running:
            self._running.take_singly(singly=singly)

    @property
    def is_taking_singly(self) -> bool:
        """Whether ``take_singly`` has come into effect, and the consumer goes on; any thread may ask."""
        return bool(self._running and self._running.is_taking_singly)

    @property
    def is_stopped(self) -> bool:
        """Whether it was told to stop."""
        return self._stopped

    @contextmanager
    def handling(
        self, now: Callable[[], float] = time.time, *, retry_in_place: bool = False
    ) -> Iterator[dict[str, Handling]]:
        """Yield what handles the messages of each queue, for who delivers them otherwise; ``run`` does so, too.

        With ``retry_in_place``, handlers that keep the order try what failed while it is in hand.

        Raises:
            WrongUsage: as of ``run``.
        """
        if not self._reactions:
            raise WrongUsage("the consumer has no handlers: give it some with @consumer.on('EVENT')")
        found = chosen(self._routes, self._reactions, self._settings.queues)
        once = self._settings.once(self._tell)
        with once.remembering() if once else nullcontext():
            made = {queue: self._handling(queue, one, once, now) for queue, one in found.items()}
            yield {queue: replace(one, retries_in_place=retry_in_place) for queue, one in made.items()}

    def _served(self, running: Running) -> AbstractContextManager[object]:
        if self._metrics is None and self._health is None:
            return nullcontext()
        from edatool.runtime.metrics.served import served  # noqa: PLC0415 - a server of HTTP is for who wants one

        return served(self._metrics, self._health, self._registry, lambda: running.is_ready)

    def _new_running(self, handlings: Mapping[str, Handling]) -> Running:
        settings = self._settings
        return Running(
            self.address, self.vhost, handlings, settings.workers, settings.prefetch, self._grace, self._tell
        )

    def _handling(self, queue: str, one: Chosen, once: Once | None, now: Callable[[], float]) -> Handling:
        read, name = read_queue(self._routes, queue), self._settings.name or queue
        events, measures = reading(self._routes, one.events), measured(self._registry, MEASURED, queue)
        return Handling(read, events, one, name, self.counts, measures, self._tell, once, now)
