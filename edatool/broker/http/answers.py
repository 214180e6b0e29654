"""Answers of an HTTP API, which may be broken or hostile: taken up to a size, within a time, and as JSON of a shape."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import httpx

from edatool.broker.said import said
from edatool.errors import BrokerError, BrokerUnreachable
from edatool.frozen import frozen

TOTAL = 60.0
"""Seconds in which a request has to be answered to its end."""
KEPT = 30.0
"""Seconds for which a connection is kept that nobody uses: RabbitMQ closes it after 60."""
LARGEST = 256 * 2**20
"""The most bytes of an answer; lists of 100,000 queues have a fifth of it (measured on 3.10, 4.0 and 4.3)."""
MOST_VALUES = 10_000_000
"""The most values in an answer: small ones take many times more memory than text."""
DEEPEST = 50
"""How deep a table may be nested whose content is the users' own."""

Shape = Any
"""A type, several, ``TABLE``, ``[shape]`` for a list, or a mapping of keys to shapes; ``key?`` may be absent."""
TABLE = "a table"
"""A mapping whose content is the users' own; RabbitMQ writes some empty ones as lists."""
ANYTHING = "anything"


@frozen
class Answer:
    """What came back; ``asked`` names the request for messages, ``date`` is when that was by the other's clock."""

    asked: str
    status: int
    phrase: str
    location: str
    date: str
    body: bytes

    def json(self, shape: Shape) -> Any:
        """Return the content, after making sure of its shape.

        Raises:
            BrokerError: it is no JSON, or of another shape.
        """
        value = self._parsed()
        if found := _difference(value, shape):
            place, problem = found
            raise self.wrong(f"with something else than RabbitMQ does: what is at {place or '/'} {problem}")
        return value

    def reason(self) -> str:
        """Return the broker's own words, as far as there are any."""
        try:
            value = self._parsed()
        except BrokerError:
            return self.phrase or "no reason given"
        words = (value.get("reason"), value.get("error")) if isinstance(value, dict) else ()
        return next((said(one) for one in words if isinstance(one, str) and one), self.phrase or "no reason given")

    def wrong(self, what: str) -> BrokerError:
        """Return the error that this is no answer of RabbitMQ's."""
        return BrokerError(f"{self.asked} is answered {what}: is it the management API of a RabbitMQ?")

    def _parsed(self) -> Any:
        if self.body.count(b",") + self.body.count(b"[") + self.body.count(b"{") > MOST_VALUES:
            raise self.wrong(f"with over {MOST_VALUES} values")
        try:
            return json.loads(self.body.decode(), parse_constant=_refuse_constant)
        except UnicodeDecodeError:
            raise self.wrong("with text that is not UTF-8") from None
        except RecursionError:
            raise self.wrong("with JSON that is nested without end") from None
        except ValueError:
            is_html = self.body.lstrip()[:1] == b"<"
            raise self.wrong("with a page of HTML" if is_html else "with something that is not JSON") from None


class ApiClient:
    """A client that asks one API, as one user."""

    def __init__(self, url: str, user: str, password: str, verify: ssl.SSLContext | bool, connect: float) -> None:
        self.url = url
        self._client = httpx.Client(
            auth=(user, password),
            verify=verify,
            timeout=httpx.Timeout(TOTAL, connect=connect),
            limits=httpx.Limits(keepalive_expiry=KEPT),
            trust_env=False,
        )
        self._socket: socket.socket | None = None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def ask(self, method: str, path: str, body: object = None) -> Answer:
        """Send a request, with a body of JSON if there is one, and return the whole answer, whatever it says.

        Raises:
            BrokerUnreachable: there is no connection, or no HTTP on it, or it took too long.
            BrokerError: the answer is too large.
        """
        asked = f"{method} /api/{path} of the management API at {self.url}"
        options: dict[str, Any] = {} if body is None else {"json": body}
        with self._in_time(asked) as extensions:
            stream = self._client.stream(method, f"{self.url}/api/{path}", extensions=extensions, **options)
            with stream as response:
                content = self._content(response, asked)
                headers = response.headers
                location, date = headers.get("location", ""), headers.get("date", "")
                return Answer(asked, response.status_code, response.reason_phrase, location, date, content)

    def _content(self, response: httpx.Response, asked: str) -> bytes:
        content = bytearray()
        for piece in response.iter_bytes():
            content += piece
            if len(content) > LARGEST:
                raise BrokerError(f"{asked} is answered with over {LARGEST} bytes: is it RabbitMQ's?")
        return bytes(content)

    @contextmanager
    def _in_time(self, asked: str) -> Iterator[Mapping[str, Any]]:
        """Bound a request as a whole, which httpx cannot: its limits are for each piece of an answer."""
        over = threading.Event()

        def cut() -> None:
            over.set()
            with suppress(OSError):
                if self._socket is not None:
                    # That of the plain socket: TLS would wait for the other end.
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

        timer = threading.Timer(TOTAL, cut)
        timer.daemon = True
        timer.start()
        late = BrokerUnreachable(f"{asked} was not answered within {TOTAL:g} s: try again later")
        try:
            yield {"trace": self._note_socket}
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            is_late = over.is_set() or isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout)
            raise (late if is_late else BrokerUnreachable(self._unreachable(error, asked))) from None
        finally:
            timer.cancel()
        if over.is_set():  # an answer may end with the connection: here we ended it
            raise late

    def _note_socket(self, event: str, info: Mapping[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = info["return_value"].get_extra_info("socket")

    def _unreachable(self, error: Exception, asked: str) -> str:
        match error:
            case httpx.RemoteProtocolError() | httpx.DecodingError():
                return (
                    f"{asked} is not answered in HTTP, or not to its end: "
                    "check the port (15672, or 15671 with TLS), and http:// or https://"
                )
            case httpx.ConnectTimeout():
                return f"the management API at {self.url} cannot be reached: nobody answers at that address"
            case _:
                return f"the management API at {self.url} cannot be reached: {_of_the_system(error)}"


def _of_the_system(error: BaseException) -> str:
    """Return why there is no connection, in the words of the operating system or of TLS."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not accepted: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError):
            return "there is no TLS with it: check the port, http:// or https://, and the certificates of both"
        if isinstance(cause, OSError) and cause.strerror:
            return f"{cause.strerror}: check its host and its port, mostly 15672"
        cause = cause.__cause__ or cause.__context__
    return "the connection was lost"


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _difference(value: object, shape: Shape) -> tuple[str, str] | None:
    """Return where a value is not of a shape, as a JSON pointer, and what is wrong there; None where all is right."""
    if isinstance(shape, dict):
        return _of_object(value, shape)
    if isinstance(shape, list):
        return _of_list(value, shape[0])
    if shape in (ANYTHING, TABLE):
        if shape == TABLE and type(value) is not dict and value != []:
            return "", "is no object"
        return None if _is_shallow(value, DEEPEST) else ("", "is nested too deep")
    kinds = shape if isinstance(shape, tuple) else (shape,)
    return None if type(value) in kinds else ("", "is absent" if value is None else "is of the wrong type")


def _of_list(value: object, shape: Shape) -> tuple[str, str] | None:
    if type(value) is not list:
        return "", "is no list"
    for number, one in enumerate(value):
        if wrong := _difference(one, shape):
            return f"/{number}{wrong[0]}", wrong[1]
    return None


def _of_object(value: object, shape: Mapping[str, Shape]) -> tuple[str, str] | None:
    if type(value) is not dict:
        return "", "is no object"
    for key, inner in shape.items():
        name = key.removesuffix("?")
        one = value.get(name)
        if one is None and name != key:
            continue
        if wrong := _difference(one, inner):
            return f"/{name}{wrong[0]}", wrong[1]
        if inner == TABLE and not one:
            value[name] = {}
    return None


def _is_shallow(value: object, levels: int) -> bool:
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return levels > 0 and all(_is_shallow(one, levels - 1) for one in inner)
    return True
