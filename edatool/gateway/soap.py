"""SOAP services: their WSDL, and envelopes that are read, published and answered."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from edatool.contracts.payload import Violation, encode
from edatool.errors import KeyStoreError
from edatool.gateway.answers import Answer, Refused, broken, problem, too_often
from edatool.gateway.body import read_body, too_large
from edatool.gateway.few_lines import REFUSALS
from edatool.gateway.idempotency.answered import no_keys
from edatool.gateway.idempotency.idempotency_key import WHAT_IT_IS, idempotency_key, key_in
from edatool.gateway.idempotency.keyed import KeyedPosting, RequestKeys
from edatool.gateway.senders.producers import CHALLENGE, Identified, Sender
from edatool.gateway.senders.readers import Readers
from edatool.gateway.senders.ws_security import WsSecurity
from edatool.routes import Routes
from edatool.runtime.tracing import go_on_with
from edatool.soap import envelopes
from edatool.soap.envelopes import Envelope
from edatool.soap.payloads import Operations, way_of
from edatool.soap.versions import UNAUTHENTICATED, VERSIONS, FaultKind, SoapFault, SoapVersion, XmlViolation
from edatool.soap.wsdl import wsdl
from edatool.soap.xml_types import xml_type
from edatool.spec.soap import SpecSoapService


class SoapPosting:
    """Takes the requests of one service; used in one event loop."""

    def __init__(
        self,
        service: SpecSoapService,
        routes: Routes,
        keyed: KeyedPosting,
        ws_security: WsSecurity,
        readers: Readers,
    ) -> None:
        self._service, self._keyed, self._readers = service, keyed, readers
        self._senders, self._ws_security = ws_security.senders, ws_security
        schemas = {event: routes.spec.events[event].schema or "" for event in service.events}
        self._types = {event: xml_type(routes.contracts[schema]) for event, schema in schemas.items()}
        self._operations = Operations(service.namespace, self._types)

    @property
    def routes(self) -> Sequence[Route]:
        """What is served for it."""
        path = f"/soap/{self._service.name}"
        return (Route(path, self.describe, methods=["GET"]), Route(path, self.post, methods=["POST"]))

    async def describe(self, request: Request) -> Response:
        """Return the WSDL of the operations that the sender may call."""
        sender = await self._readers.sender(request)
        types = {event: one for event, one in self._types.items() if event in sender.events}
        if not types:
            raise Refused(problem(403, "not-yours", "This producer may not call this"))
        address = f"{self._senders.url_for(request)}/soap/{self._service.name}"
        text = wsdl(self._service.name, self._service.namespace, types, address)
        return Response(text, media_type="text/xml; charset=utf-8")

    async def post(self, request: Request) -> Response:
        """Publish the event that an envelope has, and answer with an envelope of the same version."""
        with ExitStack() as held:
            held.enter_context(self._keyed.posting.held())
            known = await self._senders.identified(request)
            version = _version(request)
            if known:
                _admit(known.sender, held)
                body = await read_body(known.request, known.sender.max_body)
            else:
                body = await self._senders.body_of_stranger(request)
            envelope = envelopes.envelope(body, version)
            if isinstance(envelope, SoapFault):
                return _fault(version, envelope)
            if known is None:
                sender = await self._signed_in(request, envelope)
                if sender is None:
                    return _unknown(version, envelope)
                if len(body) > sender.max_body:
                    raise too_large(sender.max_body)
                _admit(sender, held)
                known = Identified(sender, request)
            go_on_with(request.headers.get("traceparent"), request.headers.get("tracestate"))
            key = _key(request, envelope)
            if isinstance(key, SoapFault):
                return _fault(version, key)
            return await self._call(version, known.sender, envelope.body, RequestKeys(key, known.signature))

    async def _signed_in(self, request: Request, envelope: Envelope) -> Sender | None:
        """Return whom the header Security of an envelope shows."""
        try:
            found = await self._ws_security.sender(envelope.security, is_secret=self._senders.is_secret(request))
        except KeyStoreError as error:
            raise Refused(no_keys(error)) from None
        if isinstance(found, Sender):
            return found
        REFUSALS.warning("a call of a SOAP service is refused: %s", found)
        return None

    async def _call(self, version: SoapVersion, sender: Sender, element: Any, keys: RequestKeys) -> Response:
        event = self._operations.named(element)
        if event is None or event not in sender.events:
            return _fault(version, SoapFault("sender", "there is no such operation for this sender"))
        payload = self._operations.payload(element)
        if isinstance(payload, tuple):
            return _fault(version, SoapFault("sender", "The message breaks its XSD", "rejected", payload))
        text = encode(payload)
        if isinstance(text, Violation):
            return _answered(version, event, broken(event, [text]))
        return _answered(version, event, await self._keyed.publish(sender, event, text, keys))


def _admit(sender: Sender, held: ExitStack) -> None:
    held.enter_context(sender.holding())
    if wait := sender.wait():
        raise Refused(too_often(wait))


def _unknown(version: SoapVersion, envelope: Envelope) -> Response:
    """Return the fault for who is not known, which tells of HTTP's own ways where no other was tried."""
    fault = _fault(version, UNAUTHENTICATED)
    if envelope.security is None:
        fault.status_code = 401
        fault.headers.update(CHALLENGE)
    return fault


def _key(request: Request, envelope: Envelope) -> str | SoapFault | None:
    """Return the key of the header Idempotency-Key, else that of the envelope's own, if there is one."""
    key = idempotency_key(request)
    if key is not None or envelope.message_id is None:
        return key
    return key_in(envelope.message_id) or SoapFault("sender", f"this MessageID cannot be kept: {WHAT_IT_IS}")


def _version(request: Request) -> SoapVersion:
    """Return the version that the content type is of; 1.2 may have the parameter ``action``."""
    kind, *parameters = (part.strip().lower() for part in request.headers.get("Content-Type", "").split(";"))
    charsets = [one.removeprefix("charset=").strip('"') for one in parameters if one.startswith("charset=")]
    if kind not in VERSIONS or charsets not in ([], ["utf-8"]):
        detail = f"send {' for SOAP 1.1, or '.join(VERSIONS)} for SOAP 1.2, in UTF-8"
        raise Refused(problem(415, "content-type", "This content type is not read", detail))
    return VERSIONS[kind]


def _answered(version: SoapVersion, event: str, answer: Answer) -> Response:
    """Return the answer to an event as SOAP has it."""
    body: dict[str, Any] = dict(answer.body)
    if answer.status < 300:
        text = envelopes.taken(version, event, body["message_id"], body["outcome"])
        return Response(text, 200, dict(answer.headers), f"{version.content_type}; charset=utf-8")
    violations = tuple(
        XmlViolation(way_of(event, one["pointer"]), one["message"]) for one in body.get("violations", ())
    )
    kind: FaultKind = "sender" if answer.status == 422 else "receiver"
    message = ": ".join(filter(None, (body["title"], body.get("detail"))))
    fault = SoapFault(kind, message, body.get("outcome", ""), violations, body.get("message_id"))
    return _fault(version, fault, answer.headers)


def _fault(version: SoapVersion, fault: SoapFault, headers: Mapping[str, str] | None = None) -> Response:
    text = envelopes.fault(version, fault)
    return Response(text, version.status(fault.kind), headers, f"{version.content_type}; charset=utf-8")
