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
from starlette.types import Message

from edatool.broker.http.secrets import resolve
from edatool.frozen import frozen
from edatool.gateway.answers import Refused, overloaded, problem
from edatool.gateway.body import read_body
from edatool.gateway.few_lines import REFUSALS
from edatool.gateway.senders.own_name import require_own_name
from edatool.gateway.senders.signed import Signed
from edatool.spec.producing import LARGEST_BODY, SpecProducer
from edatool.webhooks.request import WebhookRequest

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
CHALLENGE = {"WWW-Authenticate": 'Bearer, Basic realm="edatool"'}
SUBJECT_HEADER = "X-Client-Subject"
"""In which a proxy that is trusted says the subject of the client's certificate, as nginx has it."""

_NEGLIGIBLE = 1e-6
"""Seconds that are the sum of what floats leave out."""


class Sender:
    """One that sends, with what it has in hand; used in one event loop.

    Raises:
        WrongUsage: a secret of it is not there, or malformed.
    """

    def __init__(self, events: Collection[str], producer: SpecProducer | None = None) -> None:
        self.events, self.producer = events, producer
        self.name = producer.name if producer else ""
        self.max_body = producer.max_body if producer else LARGEST_BODY
        self.signed = producer and producer.signature and Signed(producer.signature, f"the producer {self.name!r}")
        self.tolerance = self.signed.tolerance if self.signed else 0.0
        password = resolve(producer.password) if producer and producer.password else None
        self.password = password and password.encode("utf-8", "surrogateescape")
        self._in_flight = 0
        self._due = 0.0

    def require(self, event: str) -> None:
        """Refuse an event that it may not send; a producer is not told whether there is one."""
        if event not in self.events:
            if self.producer:
                raise Refused(problem(403, "not-yours", "This producer may not send this"))
            raise Refused(problem(404, "no-such-event", "There is no such event"))

    def wait(self) -> float:
        """Count an event in, and return how many seconds it comes too early by the rate: 0 where it is in time.

        What comes too early is not counted.
        """
        if self.producer is None or self.producer.rate is None:
            return 0.0
        now, step = time.monotonic(), 1 / self.producer.rate
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
        most = self.producer.in_flight if self.producer else None
        if most is not None and self._in_flight >= most:
            title = "This producer has too many requests in hand"
            raise Refused(problem(429, "too-many-in-hand", title, headers={"Retry-After": "1"}))
        self._in_flight += 1
        try:
            yield
        finally:
            self._in_flight -= 1


@frozen
class Identified:
    """Who sends a request, and what it signed, if it did; ``request`` has the body, also where that was read."""

    sender: Sender
    request: Request
    signature: str | None = None


class Senders:
    """All that may send: the declared producers, or anybody, where it is open to all.

    Where there are proxies, nothing is taken from other addresses, and who shows a certificate is told by them. At most
    ``most_strangers`` bodies are read at once of which only the body tells whose they are: those of others find room.
    """

    def __init__(
        self,
        producers: Mapping[str, SpecProducer],
        events: Collection[str],
        most_strangers: int,
        proxies: Sequence[Network] = (),
        *,
        is_open: bool,
    ) -> None:
        self._strangers, self._most_strangers = 0, most_strangers
        self._anybody = Sender(events) if is_open else None
        self._known = [(one, Sender(frozenset(one.events), one)) for one in producers.values()]
        self._proxies = proxies

    async def identified(self, request: Request) -> Identified | None:
        """Return who sends a request, None where it is nobody who may; its body is read where it may be signed.

        Raises:
            Refused: it does not come through a proxy, or its body cannot be read.
            ClientDisconnect: the sender went away.
        """
        found = self._by_head(request)
        return Identified(found, request) if found else await self._by_signature(request)

    @property
    def known(self) -> Sequence[Sender]:
        """The declared producers."""
        return [sender for _, sender in self._known]

    def _by_head(self, request: Request) -> Sender | None:
        self.require_proxy(request)
        if self._anybody:
            require_own_name(request)
            return self._anybody
        return self._by_secret(request.headers.get("Authorization", "")) or self._by_certificate(request)

    async def _by_signature(self, request: Request) -> Identified | None:
        head = WebhookRequest(dict(request.headers), b"")
        candidates = [(one, one.signed) for one in self.known if one.signed and one.signed.is_shown(head)]
        if not candidates:
            return None
        body = await self.body_of_stranger(request)
        came, now = WebhookRequest(head.headers, body), time.time()
        # All are asked: how long it takes tells nothing.
        reasons = [signed.refusal(came, now) for _, signed in candidates]
        if None not in reasons:
            REFUSALS.warning("a signed request is refused: %s", reasons[0])
            return None
        sender, signed = candidates[reasons.index(None)]
        return Identified(sender, _with_body(request, body), signed.digest(came))

    async def body_of_stranger(self, request: Request) -> bytes:
        """Return the body of a request that may be anybody's.

        Raises:
            Refused: too many such are in hand, or it cannot be read.
            ClientDisconnect: the sender went away.
        """
        if self._strangers >= self._most_strangers:
            raise Refused(overloaded())
        self._strangers += 1
        try:
            return await read_body(request, LARGEST_BODY)
        finally:
            self._strangers -= 1

    def require_proxy(self, request: Request) -> None:
        """Refuse a request that comes around the proxies, where there are some."""
        if self._proxies and not self._is_of_proxy(request):
            raise Refused(problem(403, "not-the-proxy", "Requests come through the proxy"))

    def is_secret(self, request: Request) -> bool:
        """Whether nobody on the way could read a request: it came by TLS, here or to a proxy."""
        return bool(self._proxies) or request.url.scheme == "https"

    def url_for(self, request: Request) -> str:
        """Return the URL of the gateway as who asks knows it, without a slash at its end; a proxy has TLS."""
        url = str(request.base_url).rstrip("/")
        return f"https://{url.removeprefix('http://')}" if self._proxies else url

    def _is_of_proxy(self, request: Request) -> bool:
        address = ipaddress.ip_address(request.client.host) if request.client else None
        return any(address in network for network in self._proxies if address)

    def _by_secret(self, shown: str) -> Sender | None:
        name, token = _secret(shown)
        return None if token is None else self.by_token(name, token)

    def by_token(self, name: str | None, token: bytes) -> Sender | None:
        """Return the sender, of a name or of any, that has this token; of a name, also one with this password."""
        digest, found = hashlib.sha256(token).digest(), None
        # All are compared, each in constant time: how long it takes tells nothing.
        for producer, sender in self._known:
            for one in producer.tokens:
                if hmac.compare_digest(one, digest) and name in (None, producer.name):
                    found = sender
            if sender.password and hmac.compare_digest(sender.password, token) and name == producer.name:
                found = sender
        return found

    def _by_certificate(self, request: Request) -> Sender | None:
        if self._proxies:
            told = request.headers.getlist(SUBJECT_HEADER)
            # Of two, one is of who sends, and of a proxy that does not overwrite it.
            subject = told[0] if len(told) == 1 else None
        else:
            subject = request.scope.get("extensions", {}).get("tls", {}).get("client_cert_name")
        return next((sender for one, sender in self._known if subject and one.certificate == subject), None)


def who_are_you() -> Refused:
    """Return the refusal of a request that shows nothing that is known."""
    return Refused(problem(401, "who-are-you", "Show who you are", headers=CHALLENGE))


def _with_body(request: Request, body: bytes) -> Request:
    """Return a request whose body was read, to be read again."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    return Request(request.scope, receive)


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
