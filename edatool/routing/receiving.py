"""Requests of routing tests, received as the gateway would."""

import json

from edatool.spec.sources import ReceivedRequest
from edatool.spec.spec import Spec
from edatool.webhooks.request import request
from edatool.webhooks.signature import signature
from edatool.webhooks.webhook import WebhookOutcome, webhook


def received(one: ReceivedRequest, spec: Spec) -> WebhookOutcome:
    """Say what becomes of a request of a test, whose secrets stand for those of the source."""
    hook = webhook(spec.sources[one.source])
    keys = [key for key in map(hook.scheme.key, one.secrets) if key]
    coming = request(one.headers, _body(one))
    if one.sign and keys:
        added = signature(hook.scheme, keys[0], coming, one.at)
        coming = request({**coming.headers, **added}, coming.body)
    return hook.receive(coming, keys, one.at)


def _body(one: ReceivedRequest) -> bytes:
    text = one.body if isinstance(one.body, str) else json.dumps(one.body, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")
