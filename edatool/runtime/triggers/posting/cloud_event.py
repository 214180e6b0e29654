"""Events as CloudEvents over HTTP."""

from urllib.parse import quote

from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.consume.failures import Reject
from edatool.runtime.triggers.attributes import attributes, is_structured
from edatool.runtime.triggers.posting.http import HttpRequest, is_plain

_UNQUOTED = "".join(chr(one) for one in range(0x21, 0x7F) if chr(one) not in '"%')


def cloud_event(event: ConsumedEvent) -> HttpRequest:
    """Return an event as CloudEvents over HTTP: in binary mode, or as it came in structured mode."""
    kind = {"Content-Type": content_type(event), **trace(event)}
    return HttpRequest(kind if is_structured(event) else {**cloud_headers(event), **kind}, event.body)


def cloud_headers(event: ConsumedEvent) -> dict[str, str]:
    """Return the attributes of an event as headers (CloudEvents 1.0, HTTP protocol binding, section 3.1.3)."""
    return {f"ce-{name}": quote(value, safe=_UNQUOTED) for name, value in attributes(event).items()}


def content_type(event: ConsumedEvent) -> str:
    """Return the content type of a body.

    Raises:
        Reject: it cannot stand in a header.
    """
    kind = event.content_type or "application/json"
    if not is_plain(kind):
        raise Reject("its content type is none that HTTP can say")
    return kind


def trace(event: ConsumedEvent) -> dict[str, str]:
    """Return the header with an event's trace, where it has one."""
    return {"traceparent": event.trace} if event.trace and is_plain(event.trace) else {}
