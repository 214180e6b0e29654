"""The requests that routing tests expect."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from edatool.contracts.payload import parse
from edatool.errors import EdatoolError
from edatool.routes import Routes
from edatool.routing.verify import Verified
from edatool.runtime.consume.failures import Reject
from edatool.runtime.deliveries.offline import DeliveryRequest, request_of
from edatool.spec.deliveries import PostedRequest
from edatool.spec.same_json import same_json
from edatool.visible import visible

_SHOWN = 1000
"""The letters of a body that are shown."""


def with_requests(done: Verified, routes: Routes) -> Verified:
    """Add in what the requests that deliveries post differ from those that a test expects."""
    different = [problem for one in done.test.requests for problem in _problems(one, done, routes)]
    return replace(done, problems=(*done.problems, *different))


def _problems(expected: PostedRequest, done: Verified, routes: Routes) -> Iterator[str]:
    delivery = routes.spec.deliveries[expected.delivery]
    if done.event is None or done.trace is None or delivery.queue not in done.trace.queues:
        yield f"{delivery.name} posts nothing, for it does not reach {delivery.queue}"
        return
    event_id = done.message_id or expected.id
    try:
        request = request_of(
            routes,
            delivery,
            done.event,
            done.payload,
            message_id=event_id,
            at=expected.at,
            secrets=expected.secrets,
        )
    except (EdatoolError, Reject) as error:
        yield f"{delivery.name} posts nothing: {error}"
        return
    for problem in _different(expected, request):
        yield f"{delivery.name} posts {problem}"


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
