"""The requests that routing tests expect."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from edatool.contracts.payload import parse
from edatool.errors import EdatoolError
from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.routing.verify import Verified
from edatool.runtime.consume.failures import NotMatched, Reject
from edatool.runtime.deliveries.offline import DeliveryRequest, request_of
from edatool.spec.deliveries import PostedRequest
from edatool.spec.same_json import same_json
from edatool.visible import visible

_SHOWN = 1000
"""The letters of a body that are shown."""


@frozen
class _Nothing:
    """Why a delivery posts nothing."""

    why: str
    by_filter: bool = False


def with_requests(done: Verified, routes: Routes) -> Verified:
    """Add in what differs what deliveries post, and what their filters keep back, from what a test expects."""
    different = [problem for one in done.test.requests for problem in _problems(one, done, routes)]
    posted = [problem for name in done.test.filtered for problem in _not_filtered(name, done, routes)]
    return replace(done, problems=(*done.problems, *different, *posted))


def _problems(expected: PostedRequest, done: Verified, routes: Routes) -> Iterator[str]:
    delivery, secrets = expected.delivery, expected.secrets
    request = _request(delivery, done, routes, message_id=expected.id, at=expected.at, secrets=secrets)
    if isinstance(request, _Nothing):
        yield f"{delivery} posts nothing: {request.why}"
        return
    for problem in _different(expected, request):
        yield f"{delivery} posts {problem}"


def _not_filtered(delivery: str, done: Verified, routes: Routes) -> Iterator[str]:
    request = _request(delivery, done, routes)
    if not isinstance(request, _Nothing):
        yield f"{delivery} posts it, and no filter keeps it back"
    elif not request.by_filter:
        yield f"{delivery} posts nothing, but not for its filter: {request.why}"


def _request(
    name: str, done: Verified, routes: Routes, *, message_id: str = "test", at: int = 0, secrets: Sequence[str] = ()
) -> DeliveryRequest | _Nothing:
    delivery = routes.spec.deliveries[name]
    if done.event is None or done.trace is None or delivery.queue not in done.trace.queues:
        return _Nothing(f"it does not reach {delivery.queue}")
    message_id = done.message_id or message_id
    try:
        return request_of(routes, delivery, done.event, done.payload, message_id=message_id, at=at, secrets=secrets)
    except NotMatched as kept:
        return _Nothing(str(kept), by_filter=True)
    except (EdatoolError, Reject) as error:
        return _Nothing(str(error))


def _different(expected: PostedRequest, request: DeliveryRequest) -> Iterator[str]:
    if not _is_same(expected.body, request.body):
        yield f"the body {_shown(request.body.decode(errors='replace'))}, not {_shown(_text(expected.body))}"
    there = {name.lower(): value for name, value in request.headers.items()}
    for name, value in expected.headers.items():
        found = there.get(name.lower())
        if found != value:
            yield f"no header {name}" if found is None else f"the header {name}: {found}, not {value}"


def _is_same(expected: Any, body: bytes) -> bool:
    return expected.encode() == body if isinstance(expected, str) else same_json(expected, parse(body))


def _text(expected: Any) -> str:
    return expected if isinstance(expected, str) else json.dumps(expected, ensure_ascii=False, separators=(",", ":"))


def _shown(text: str) -> str:
    return visible(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")
