"""A path, a network, the rate, the circuit or the URL of a delivery is wrong, or the URL names a refused address.

Paths are those of filters: `data.order.id` is a field of the payload, `headers.x-region` a header of the message. An
endpoint at a private, link-local or otherwise not public address needs its network in `allow`.

Bad:

    edatool: 1
    name: shop
    queues:
      partner: {dead_letter: {exchange: "", key: dead}}
      dead: {}
    deliveries:
      acme: {queue: partner, to: "http://10.1.0.5/orders", fields: {number: order.id}}

    $ edatool validate
    routes.yaml:7:30: E532 10.1.0.5 is no public address: add its network to allow
    routes.yaml:7:73: E532 the path 'order.id' begins with none of data and headers: a field of the body is data.order.id

Good:

    edatool: 1
    name: shop
    queues:
      partner: {dead_letter: {exchange: "", key: dead}}
      dead: {}
    deliveries:
      acme: {queue: partner, to: "http://10.1.0.5/orders", fields: {number: data.order.id}, allow: [10.1.0.0/16]}
"""

import ipaddress
from collections.abc import Iterator
from functools import partial
from urllib.parse import urlsplit

from edatool.checks.found import Found, at
from edatool.checks.mappings import malformed_mapping
from edatool.checks.subject import Subject
from edatool.spec.addresses import Network, is_allowed
from edatool.spec.deliveries import LONGEST_PAUSE, SpecCircuit, SpecDelivery
from edatool.spec.http_url import is_http
from edatool.spec.quantity import as_duration
from edatool.spec.secret import has_password


def find(subject: Subject) -> Found:
    for name, one in subject.spec.deliveries.items():
        place = ("deliveries", name)
        networks = []
        for index, text in enumerate(one.allow):
            try:
                networks.append(ipaddress.ip_network(text))
            except ValueError:
                yield at(*place, "allow", index), f"{text!r} is no network: write one such as 10.1.0.0/16"
        if one.rate == 0:
            yield at(*place, "rate"), "at this rate nothing is ever delivered: write one such as 50/s"
        for key, wrong in _pauses(one.circuit):
            yield at(*place, "circuit", key), wrong
        for wrong in _url(one, networks):
            yield at(*place, "to"), wrong
        yield from malformed_mapping(one.fields, one.constants, partial(_field, place))
        if one.soap:
            headers = (*place, "soap", "headers")
            yield from malformed_mapping(one.soap.header_fields, one.soap.header_constants, partial(_field, headers))
        if one.answer:
            answer = (*place, "answer")
            yield from malformed_mapping(one.answer.fields, one.answer.constants, partial(_field, answer))


def _pauses(circuit: SpecCircuit) -> Iterator[tuple[str, str]]:
    if circuit.pause == 0:
        yield "pause", "an endpoint that is asked again at once is never left alone: write a pause such as 1s"
    if circuit.longest_pause < circuit.pause:
        yield "longest_pause", f"it is shorter than pause, which is {as_duration(circuit.pause)}: write that or longer"
    elif circuit.longest_pause > LONGEST_PAUSE:
        yield "longest_pause", f"it is longer than {as_duration(LONGEST_PAUSE)}: write that or a shorter one"


def _url(one: SpecDelivery, networks: list[Network]) -> Iterator[str]:
    # A URL with a password is not repeated: E281 speaks of it.
    if not isinstance(one.to, str) or has_password(one.to):
        return
    if not is_http(one.to):
        yield f"{one.to!r} is no URL of HTTP: write https://host/path"
        return
    try:
        address = ipaddress.ip_address(urlsplit(one.to).hostname or "")
    except ValueError:
        return  # a name, whose address is looked at when it is known
    if not is_allowed(address, networks):
        yield f"{address} is no public address: add its network to allow"


def _field(place: tuple[str, ...], key: str, target: str) -> tuple[str, ...]:
    return (*place, key, target)
