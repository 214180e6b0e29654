"""Deliveries that call an operation of SOAP."""

import time
from pathlib import Path
from typing import Any

from edatool.contracts.payload import encode
from edatool.errors import WrongUsage
from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.consume.failures import Reject
from edatool.runtime.deliveries.payload import DeliveredPayload, content_of
from edatool.runtime.triggers.posting.cloud_event import trace
from edatool.runtime.triggers.posting.http import HttpAnswer, HttpRequest
from edatool.runtime.triggers.posting.post import Refusal
from edatool.soap.answers import AnsweredFault, read_answer
from edatool.soap.calling import NotCallable, payload_of
from edatool.soap.documents import Documents, RefusedWsdl
from edatool.soap.envelopes import enveloped
from edatool.soap.mapped import call_mappings
from edatool.soap.operation import SoapOperation, read_operation
from edatool.soap.payloads import Unfit
from edatool.soap.security import security
from edatool.soap.versions import SoapFault
from edatool.spec.deliveries import SpecDelivery, SpecSoapCall
from edatool.visible import visible
from edatool.webhooks.mapping import compiled, filled

_SHOWN = 200
_FINAL = ("sender", "version", "must-understand")


class SoapCall:
    """Makes the envelopes of a delivery, and tells what their answers mean."""

    def __init__(self, delivery: SpecDelivery, call: SpecSoapCall, folder: Path, password: str | None) -> None:
        """Read the WSDL; without a password a UsernameToken shows none.

        Raises:
            WrongUsage: it cannot be read, or has no such operation, parameter or header, or requires others; XML cannot
                say the name or the password of the UsernameToken.
            ImportError: zeep is not installed.
        """
        self._operation = _operation(delivery, call, folder)
        self._payload = DeliveredPayload(delivery)
        self._header = compiled(call.header_fields, call.header_constants)
        self._token, self._password = call.username_token, password
        try:
            self._security()
        except ValueError:
            why = "its username or its password has a character that XML has not: have another set"
            raise WrongUsage(f"the delivery {delivery.name!r} cannot show who calls: {why}") from None

    def __call__(self, event: ConsumedEvent) -> HttpRequest:
        """Return the call that an event is, with a UsernameToken made anew each time.

        Raises:
            Reject: the operation cannot be called with it.
        """
        operation = self._operation
        try:
            element = operation.called_with(self._payload(event))
            headers = operation.headers_with(filled({}, self._header, content_of(event)))
        except NotCallable as error:
            raise Reject(f"{operation.name} cannot be called with it: {visible(str(error))}") from None
        body = enveloped(operation.version, element, [*self._security(), *headers])
        return HttpRequest({**operation.headers, **trace(event)}, body)

    def refusal(self, answer: HttpAnswer) -> Refusal | None:
        """Return what an answer says against the call, None where its status tells all."""
        if not answer.body:
            return None
        read = read_answer(answer.body)
        if isinstance(read, AnsweredFault):
            # A code of its own tells nothing; and no success has a fault.
            is_known = read.kind is not None or answer.is_success
            return Refusal(_shown(str(read)), read.kind in _FINAL if is_known else None)
        if isinstance(read, SoapFault) and answer.is_success:
            return Refusal(f"what is no SOAP ({read.message}): {_shown(answer.body)}", is_final=True)
        return None

    def answer(self, body: bytes) -> bytes:
        """Return what was answered as JSON.

        Raises:
            Reject: it is none of the operation's answers.
        """
        said, element = self._operation.answer, read_answer(body)
        if said is None or isinstance(element, SoapFault | AnsweredFault | None) or element.tag != said.tag:
            raise Reject(f"the answer is none of {self._operation.name}: {_shown(body)}")
        wrong = self._operation.violation(element)
        if wrong:
            raise Reject(f"the answer is none of {self._operation.name}: {visible(wrong)}")
        try:
            text = encode(payload_of(said, element))
        except Unfit as unfit:
            raise Reject(f"the answer cannot be said in JSON: {unfit}") from None
        assert isinstance(text, bytes)
        return text

    def _security(self) -> list[Any]:
        return [security(self._operation.version, self._token, self._password, time.time())] if self._token else []


def _operation(delivery: SpecDelivery, call: SpecSoapCall, folder: Path) -> SoapOperation:
    cannot = f"the delivery {delivery.name!r} cannot call {call.operation!r}"
    try:
        operation = read_operation(Documents.read(folder, call.wsdl), call.operation, call.port)
    except RefusedWsdl as refused:
        raise WrongUsage(f"{cannot}: {refused}") from None
    wrong = [
        text
        for one in call_mappings(delivery, operation)
        for text in (
            *(f"it has no {one.noun} {target!r}" for target in one.unknown),
            *(f"it requires the {one.noun} {way!r}" for way in one.missing),
        )
    ]
    if wrong:
        raise WrongUsage(f"{cannot}: {', and '.join(wrong)}: correct its fields")
    return operation


def _shown(text: str | bytes) -> str:
    first = text[:_SHOWN].decode(errors="replace") if isinstance(text, bytes) else text[:_SHOWN]
    return visible(first)
