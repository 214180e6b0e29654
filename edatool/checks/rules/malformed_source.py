"""A path, a template or a header of a source of webhooks cannot be read, or a signature does not hold what it should.

Paths are those of filters: `data.order.id` is a field of the body, `headers.x-event` a header. What is signed has
`{body}` in it, else anybody could send another one; and `{timestamp}` where there is a time, else that could be changed.
The same holds for the signatures of producers.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      payment.settled: {exchange: amq.topic}
    bindings:
      - {queue: orders, events: [payment.settled]}
    sources:
      bank:
        signature: {header: x-signature, secrets: [{env: BANK_SECRET}]}
        event: payment.settled
        id: transfer.id

    $ edatool validate
    routes.yaml:13:9: E512 the path 'transfer.id' begins with none of data and headers: a field of the body is data.transfer.id

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      payment.settled: {exchange: amq.topic}
    bindings:
      - {queue: orders, events: [payment.settled]}
    sources:
      bank:
        signature: {header: x-signature, secrets: [{env: BANK_SECRET}]}
        event: payment.settled
        id: data.transfer.id
"""

import re
from collections.abc import Iterator
from functools import partial

from edatool.checks.found import Found, at, at_key
from edatool.checks.mappings import malformed_mapping, malformed_path
from edatool.checks.source_places import mapping_path, mappings
from edatool.checks.subject import Subject
from edatool.spec.signatures import SpecSignature
from edatool.spec.sources import SpecSource
from edatool.spec.template import Template, parse

_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_URL_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_OF_THE_GATEWAY = ("/events", "/soap", "/openapi.json", "/healthz", "/readyz", "/metrics")


def find(subject: Subject) -> Found:
    for name, source in subject.spec.sources.items():
        yield from _url_path(subject, source)
        for key, path in ((("id",), source.id), (("event", "by"), source.by)):
            yield from malformed_path(path, "sources", name, *key)
        yield from ((at("sources", name, "signature", key), wrong) for key, wrong in _signature(source.signature))
        for value, one in mappings(source):
            yield from malformed_mapping(one.fields, one.constants, partial(mapping_path, subject, source, value))
    for name, producer in subject.spec.producers.items():
        if producer.signature:
            yield from (
                (at("producers", name, "signature", key), wrong) for key, wrong in _signature(producer.signature)
            )


def _url_path(subject: Subject, source: SpecSource) -> Found:
    place = ("sources", source.name, "path")
    if not _URL_PATH.fullmatch(source.path):
        message = f"{source.path!r} is no path of a URL: write /webhooks/name, of letters, digits and -._~"
        yield (at(*place) if subject.spec.document.holds(place) else at_key(*place[:2])), message
    elif any(f"{source.path}/".startswith(f"{own}/") for own in _OF_THE_GATEWAY):
        yield at(*place), f"{source.path!r} is a path of the gateway itself: write /webhooks/{source.name}"


def _signature(one: SpecSignature) -> Iterator[tuple[str, str]]:
    if one.style is not None:
        return
    for key, header in (("header", one.header), ("timestamp", one.timestamp or "x")):
        if header and not _HEADER.fullmatch(header):
            yield key, f"{header!r} is no name of a header: write letters, digits and -"
    template = parse(one.signed)
    if not isinstance(template, Template):
        yield "signed", template.replace("the key", "the text", 1)
        return
    fields = [path.names for path in template.fields]
    for path in template.fields:
        if path.names not in (("body",), ("timestamp",)) and not (path.names[0] == "headers" and len(path.names) > 1):
            yield "signed", f"{{{path}}} is nothing of a request: write {{body}}, {{timestamp}} or {{headers.NAME}}"
    if ("body",) not in fields:
        yield "signed", f"the text {one.signed!r} has no {{body}}, so that anybody could send another: add it"
    if ("timestamp",) in fields and one.timestamp is None:
        yield "signed", "no header holds the time: name it as timestamp"
    if one.timestamp is not None and ("timestamp",) not in fields:
        yield "timestamp", "the time is not signed, so that anybody could change it: add {timestamp} to signed"
