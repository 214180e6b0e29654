import datetime
import email.utils
import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from edatool.errors import WrongUsage
from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.consume.failures import Reject, Retry
from edatool.runtime.triggers.failed import ActionFailed
from edatool.runtime.triggers.posting.client import ClientSender
from edatool.runtime.triggers.posting.cloud_event import cloud_headers
from edatool.runtime.triggers.posting.endpoint import bearer_token, posted_to
from edatool.runtime.triggers.posting.post import Post
from tests.runtime.triggers.consumed import consumed


@dataclass
class Receiver:
    """Answers posts with a status and headers, and keeps what came."""

    port: int = 0
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[str, Message, bytes]] = field(default_factory=list)

    def url(self, path: str = "/orders") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def post(self, event: ConsumedEvent, token: str | None = None) -> None:
        url, shown = posted_to(self.url("/orders?key=hunter2"))
        with closing(Post(shown, ClientSender(url, 5, token))) as post:
            post(event)


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append((self.path, self.headers, body))
            self.send_response(receiver.status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    receiver.port = server.server_port
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def test_an_event_is_posted_as_a_cloudevent_in_binary_mode(receiver: Receiver) -> None:
    receiver.post(consumed(key='größe "5" 100%', attempt=2), token="hunter3")
    path, headers, body = receiver.got[0]
    assert (path, body) == ("/orders?key=hunter2", b'{"id": "A-1"}')
    assert headers["Authorization"] == "Bearer hunter3"
    assert headers["Content-Type"] == "application/json"
    own = {name: headers[f"ce-{name}"] for name in ("specversion", "id", "source", "type", "attempt")}
    assert own == {"specversion": "1.0", "id": "m-1", "source": "/events", "type": "order.placed", "attempt": "2"}
    assert headers["ce-routingkey"] == "gr%C3%B6%C3%9Fe%20%225%22%20100%25"


def test_what_came_in_structured_mode_goes_on_in_it(receiver: Receiver) -> None:
    kind = "application/cloudevents+json; charset=utf-8"
    body = b'{"specversion": "1.0", "id": "c-1", "source": "/shop", "type": "order.placed", "data": {}}'
    receiver.post(consumed(body=body, content_type=kind))
    _, headers, got = receiver.got[0]
    assert (got, headers["Content-Type"], headers["ce-id"]) == (body, kind, None)


@pytest.mark.parametrize("status", [400, 401, 404, 410, 413, 422, 301, 308])
def test_an_answer_about_the_event_refuses_it_for_good(receiver: Receiver, status: int) -> None:
    receiver.status, receiver.headers = status, {"Location": receiver.url("/elsewhere")}
    with pytest.raises(Reject, match=f"/orders answered {status}") as refused:
        receiver.post(consumed())
    assert "hunter2" not in str(refused.value)
    assert len(receiver.got) == 1


@pytest.mark.parametrize("status", [408, 409, 423, 425, 429, 500, 503])
def test_an_answer_about_this_moment_is_a_failure(receiver: Receiver, status: int) -> None:
    receiver.status = status
    with pytest.raises(ActionFailed, match=f"answered {status}"):
        receiver.post(consumed())


def test_retry_after_is_kept(receiver: Receiver) -> None:
    receiver.status = 503
    in_a_minute = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=60)
    for text, least, most in (
        ("120", 120, 120),
        (email.utils.format_datetime(in_a_minute), 30, 60),
        ("9" * 9, 0, 86400),
    ):
        receiver.headers = {"Retry-After": text}
        with pytest.raises(Retry) as retry:
            receiver.post(consumed())
        assert retry.value.after is not None
        assert str(retry.value) == f"{receiver.url()} answered 503"
        assert least <= retry.value.after <= most


@pytest.mark.parametrize("text", ["soon", "-5", "1e3", "", f"Mon, 01 Jan {'9' * 20} 00:00:00 GMT"])
def test_a_retry_after_that_cannot_be_read_is_ignored(receiver: Receiver, text: str) -> None:
    receiver.status, receiver.headers = 503, {"Retry-After": text}
    with pytest.raises(ActionFailed):
        receiver.post(consumed())


def test_nobody_who_answers_is_a_failure() -> None:
    with receiving() as gone:
        pass
    with pytest.raises(ActionFailed, match="did not answer"):
        gone.post(consumed())


@pytest.mark.parametrize("kind", ["text/plain\r\nX-Other: 1", " text/plain", "text/plain ", "caf\u00e9"])
def test_a_content_type_that_no_header_can_hold_is_refused(receiver: Receiver, kind: str) -> None:
    with pytest.raises(Reject, match="content type"):
        receiver.post(consumed(content_type=kind))
    assert not receiver.got


def test_what_is_no_name_of_an_attribute_becomes_no_header(receiver: Receiver) -> None:
    own = {"specversion": "1.0", "id": "c-1", "source": "/shop", "type": "order.placed", "shop": "north"}
    body = json.dumps({**own, "ID": "other", "caf\u00e9": "1", "a b": "1", "data": {}}).encode()
    made = cloud_headers(consumed(body=body, content_type="application/cloudevents+json"))
    ours = {"ce-queue", "ce-exchange", "ce-routingkey", "ce-attempt"}
    assert made.keys() - ours == {f"ce-{name}" for name in own}


@pytest.mark.parametrize("token", ["two\nlines", "caf\u00e9", " before", "behind\r"])
def test_a_token_that_no_header_can_hold_is_refused_and_not_shown(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("TOKEN", token)
    with pytest.raises(WrongUsage, match="the token in TOKEN") as refused:
        bearer_token({"$env": "TOKEN"})
    assert token.strip() not in str(refused.value)


def test_of_a_url_that_is_read_as_a_secret_only_the_host_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "https://user:hunter2@hooks.example:8443/T0/hunter2?key=hunter2"
    monkeypatch.setenv("URL", url)
    assert posted_to({"$env": "URL"}) == (url, "https://hooks.example:8443")
    assert posted_to(url) == (url, "https://hooks.example:8443/T0/hunter2")
