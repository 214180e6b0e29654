"""Webhooks of others: their signatures checked, and what becomes of them published and answered."""

import time
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from edatool.contracts.payload import Violation, encode
from edatool.gateway.answers import Answer, Refused, broken, problem, response
from edatool.gateway.few_lines import REFUSALS
from edatool.gateway.idempotency.answered import Answered
from edatool.gateway.posting import Posting
from edatool.gateway.senders.producers import Senders
from edatool.gateway.senders.signed import Signed
from edatool.runtime.keys.claims import KeyStore
from edatool.runtime.tracing import go_on_with
from edatool.spec.sources import SpecSource
from edatool.webhooks import webhook
from edatool.webhooks.form import is_form
from edatool.webhooks.request import WebhookRequest


class SourcePosting:
    """Takes the requests of one source; used in one event loop."""

    def __init__(self, source: SpecSource, posting: Posting, senders: Senders, keys: KeyStore) -> None:
        self.path = source.path
        self._webhook, self._posting, self._senders = webhook.webhook(source), posting, senders
        self._keys = Signed(source.signature, f"the source {source.name!r}").keys
        # A signature is good from so long before the sender's time until so long after it.
        self._once, self._seconds = Answered(keys), 2 * source.signature.tolerance

    @property
    def routes(self) -> Sequence[Route]:
        """What is served for it."""
        return (Route(self.path, self.post, methods=["POST"]), Route(self.path, _permit, methods=["OPTIONS"]))

    async def post(self, request: Request) -> Response:
        """Publish the event that a request becomes, unless that was done already."""
        self._senders.require_proxy(request)
        with self._posting.held():
            body = await self._senders.body_of_stranger(request)
            came = self._webhook.receive(WebhookRequest(dict(request.headers), body), self._keys, time.time())
            match came:
                case webhook.BadSignature(reason):
                    REFUSALS.warning("a request to %s is refused: %s", self.path, reason)
                    raise Refused(problem(401, "not-signed", "The signature is not good"))
                case webhook.WebhookUnfit(violation):
                    title = "The request is no event of this source"
                    raise Refused(problem(422, "no-event", title, violations=[violation.to_json()]))
                case webhook.WebhookChallenge(answer):
                    return PlainTextResponse(answer)
                case webhook.WebhookIgnored():
                    return response(Answer(200, {"outcome": "ignored"}))
                case webhook.WebhookEvent():
                    go_on_with(request.headers.get("traceparent"), request.headers.get("tracestate"))
                    result = await self._publish(came)
                    if result.status < 300 and self._webhook.is_slack and is_form(request.headers):
                        return Response(status_code=200)  # anything else would be shown to who gave the command
                    return response(result)

    async def _publish(self, came: webhook.WebhookEvent) -> Answer:
        text = encode(came.payload)
        if isinstance(text, Violation):
            return broken(came.event, [text])
        if came.id is None:
            return await self._posting.publish(came.event, text)
        return await self._once.answer(
            f"webhook\n{came.id}", lambda: self._posting.publish(came.event, text, came.id), self._seconds
        )


async def _permit(request: Request) -> Response:
    """Tell a sender of CloudEvents that it may send: "HTTP 1.1 Web Hooks for Event Delivery", section 4."""
    origin = request.headers.get("WebHook-Request-Origin")
    allowed = {"WebHook-Allowed-Origin": origin, "WebHook-Allowed-Rate": "*"} if origin else {}
    return Response(status_code=200, headers={"Allow": "POST, OPTIONS", **allowed})
