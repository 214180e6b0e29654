"""Who may send which events, and how many."""

import base64
import binascii
import hashlib
import hmac
import ipaddress
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from starlette.requests import Request

from edatool.gateway.answers import Refused, problem
from edatool.spec.producing import LARGEST_BODY, SpecProducer

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
CHALLENGE = {"WWW-Authenticate": 'Bearer, Basic realm="edatool"'}
SUBJECT_HEADER = "X-Client-Subject"
"""In which a proxy that is trusted says the subject of the client's certificate, as nginx has it."""

_NEGLIGIBLE = 1e-6
"""Seconds that are the sum of what floats leave out."""


class Sender:
    """One that sends, with what it has in hand; used in one event loop."""

    def __init__(self, events: Collection[str], producer: SpecProducer | None = None) -> None:
        self.events, self._producer = events, producer
        self.name = producer.name if producer else ""
        self.max_body = producer.max_body if producer else LARGEST_BODY
        self._in_flight = 0
        self._due = 0.0

    def require(self, event: str) -> None:
        """Refuse an event that it may not send; a producer is not told whether there is one."""
        if event not in self.events:
            if self._producer:
                raise Refused(problem(403, "not-yours", "This producer may not send this"))
            raise Refused(problem(404, "no-such-event", "There is no such event"))

    def wait(self) -> float:
        """Count an event in, and return how many seconds it comes too early by the rate: 0 where it is in time.

        What comes too early is not counted.
        """
        if self._producer is None or self._producer.rate is None:
            return 0.0
        now, step = time.monotonic(), 1 / self._producer.rate
        due = max(self._due, now)
        # What a second allows may come at once.
        early = due - now - (1 - step)
        if early > _NEGLIGIBLE:
            return early
        self._due = due + step
        return 0.0

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Have a request in hand, unless it has too many already."""
        most = self._producer.in_flight if self._producer else None
        if most is not None and self._in_flight >= most:
            title = "This producer has too many requests in hand"
            raise Refused(problem(429, "too-many-in-hand", title, headers={"Retry-After": "1"}))
        self._in_flight += 1
        try:
            yield
        finally:
            self._in_flight -= 1


class Senders:
    """All that may send: the declared producers, or anybody, where it is open to all.

    Where there are proxies, nothing is taken from other addresses, and who shows a certificate is told by them.
    """

    def __init__(
        self,
        producers: Mapping[str, SpecProducer],
        events: Collection[str],
        proxies: Sequence[Network] = (),
        *,
        is_open: bool,
    ) -> None:
        self._anybody = Sender(events) if is_open else None
        self._known = [(one, Sender(frozenset(one.events), one)) for one in producers.values()]
        self._proxies = proxies

    def sender(self, request: Request) -> Sender:
        """Return who sends a request.

        Raises:
            Refused: it is nobody who may.
        """
        self.require_proxy(request)
        if self._anybody:
            return self._anybody
        found = self._by_secret(request.headers.get("Authorization", "")) or self._by_certificate(request)
        if found is None:
            raise Refused(problem(401, "who-are-you", "Show who you are", headers=CHALLENGE))
        return found

    def require_proxy(self, request: Request) -> None:
        """Refuse a request that comes around the proxies, where there are some."""
        if self._proxies and not self._is_of_proxy(request):
            raise Refused(problem(403, "not-the-proxy", "Requests come through the proxy"))

    def _is_of_proxy(self, request: Request) -> bool:
        address = ipaddress.ip_address(request.client.host) if request.client else None
        return any(address in network for network in self._proxies if address)

    def _by_secret(self, shown: str) -> Sender | None:
        name, token = _secret(shown)
        if token is None:
            return None
        digest, found = hashlib.sha256(token).digest(), None
        # All are compared, each in constant time: how long it takes tells nothing.
        for producer, sender in self._known:
            for one in producer.tokens:
                if hmac.compare_digest(one, digest) and name in (None, producer.name):
                    found = sender
        return found

    def _by_certificate(self, request: Request) -> Sender | None:
        if self._proxies:
            subject = request.headers.get(SUBJECT_HEADER)
        else:
            subject = request.scope.get("extensions", {}).get("tls", {}).get("client_cert_name")
        return next((sender for one, sender in self._known if subject and one.certificate == subject), None)


def _secret(shown: str) -> tuple[str | None, bytes | None]:
    """Return the name, where there is one, and the secret of an Authorization header."""
    scheme, _, rest = shown.partition(" ")
    match scheme.lower():
        case "bearer":
            return None, rest.strip().encode("latin-1")
        case "basic":
            try:
                name, _, password = base64.b64decode(rest, validate=True).partition(b":")
                return name.decode(), password
            except (binascii.Error, ValueError):
                return None, None
    return None, None
