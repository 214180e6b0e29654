"""What is posted to /events, in each form that an event may have, and one answer for each event."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from starlette.requests import Request
from starlette.responses import Response

from edatool.contracts.payload import parse
from edatool.contracts.violation import Violation
from edatool.gateway import cloud_events, lines
from edatool.gateway.answers import Answer, Refused, broken, problem, response, too_often
from edatool.gateway.body import read_body
from edatool.gateway.cloud_events import Posted
from edatool.gateway.idempotency.idempotency_key import idempotency_key
from edatool.gateway.idempotency.keyed import KeyedPosting, RequestKeys
from edatool.gateway.posting import Posting
from edatool.gateway.senders.producers import Sender, Senders, who_are_you
from edatool.runtime.cloudevents import STRUCTURED
from edatool.runtime.tracing import go_on_with
from edatool.spec.spec import Event

_JSON = "application/json"
_KINDS = (_JSON, STRUCTURED, cloud_events.BATCH, *lines.KINDS)


class Events:
    """Takes events for ``posting``; used in one event loop."""

    def __init__(self, posting: Posting, keyed: KeyedPosting, senders: Senders, events: Mapping[str, Event]) -> None:
        self._posting, self._keyed, self._senders = posting, keyed, senders
        self._enveloped = {name: event.cloudevents is not None for name, event in events.items()}

    async def post(self, request: Request) -> Response:
        """Publish what the body has, as the event that the path names, or, of CloudEvents, their type."""
        event: str | None = request.path_params.get("event")
        with ExitStack() as held:
            held.enter_context(self._posting.held())
            known = await self._senders.identified(request)
            if known is None:
                raise who_are_you()
            sender, request = known.sender, known.request
            if event is not None:
                sender.require(event)
            kind, keys = _kind(request), RequestKeys(idempotency_key(request), known.signature)
            binary = kind == _JSON and cloud_events.is_binary(request.headers)
            if event is None and not binary and kind not in (STRUCTURED, cloud_events.BATCH):
                raise Refused(problem(404, "no-event-named", "Name the event: POST /events/EVENT, or send CloudEvents"))
            go_on_with(request.headers.get("traceparent"), request.headers.get("tracestate"))
            held.enter_context(sender.holding())
            if kind in lines.KINDS:
                assert event
                return self._lines(request, sender, event, keys, held.pop_all())
            if kind != cloud_events.BATCH and (wait := sender.wait()):
                raise Refused(too_often(wait))
            body = await read_body(request, sender.max_body)
            if kind == cloud_events.BATCH:
                return response(await self._batch(sender, event, body, keys))
            if binary:
                return response(await self._cloud_event(sender, event, _of(request, body), keys))
            if kind == STRUCTURED:
                return response(await self._cloud_event(sender, event, parse(body), keys))
            assert event
            return response(await self._take(sender, Posted(event, body), keys))

    async def _take(self, sender: Sender, one: Posted, keys: RequestKeys) -> Answer:
        return await self._keyed.publish(sender, one.event, one.text, keys, one.message_id)

    async def _cloud_event(self, sender: Sender, event: str | None, value: object, keys: RequestKeys) -> Answer:
        one = cloud_events.posted(value, self._enveloped)
        if isinstance(one, Violation):
            return broken(event, [one])
        sender.require(one.event)
        if event not in (None, one.event):
            return broken(event, [Violation("/type", f"the path names {event!r}, and this another event")])
        return await self._take(sender, one, keys)

    async def _batch(self, sender: Sender, event: str | None, body: bytes, keys: RequestKeys) -> Answer:
        values = parse(body)
        if not isinstance(values, list):
            wrong = values if isinstance(values, Violation) else Violation("", "a batch of CloudEvents is a list")
            return broken(event, [wrong])
        if len(values) > lines.MOST:
            raise Refused(problem(413, "too-many", "There are too many events", f"send at most {lines.MOST} at once"))

        async def take(number: int, value: object) -> Answer:
            try:
                return await self._cloud_event(sender, event, value, keys.of(number))
            except Refused as refused:
                return refused.answer

        tasks = []
        for number, value in enumerate(values, 1):
            await _paced(sender)
            tasks.append(asyncio.ensure_future(take(number, value)))
        return _of_all(await asyncio.gather(*tasks))

    def _lines(self, request: Request, sender: Sender, event: str, keys: RequestKeys, held: ExitStack) -> Response:
        async def take(number: int, text: bytes) -> Answer:
            await _paced(sender)
            return await self._take(sender, Posted(event, text), keys.of(number))

        return lines.OutcomeLines(request, sender.max_body, take, held)


async def _paced(sender: Sender) -> None:
    """Wait until an event of many may be sent by the producer's rate."""
    while wait := sender.wait():
        await asyncio.sleep(wait)


def _of(request: Request, body: bytes) -> object:
    return cloud_events.in_binary(request.headers, body)


def _of_all(answers: Sequence[Answer]) -> Answer:
    """Return one answer for all events of a batch: a success only where each is one."""
    each = [{"status": one.status, **one.body} for one in answers]
    wrong = next((one for one in answers if one.status >= 300), None)
    if wrong is None:
        return Answer(202, {"events": each})
    title = "Not all events of the batch were taken"
    return problem(wrong.status, "batch", title, headers=wrong.headers, events=each)


def _kind(request: Request) -> str:
    kind, _, parameters = request.headers.get("Content-Type", "").partition(";")
    kind, charset = kind.strip().lower(), parameters.strip().lower()
    if kind not in _KINDS or charset not in ("", "charset=utf-8", 'charset="utf-8"'):
        title = "This content type is not read"
        raise Refused(problem(415, "content-type", title, f"send {', '.join(_KINDS)}, in UTF-8"))
    return kind
