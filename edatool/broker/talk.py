"""A few questions on one channel, each asked when the one before it is answered."""

from collections.abc import Callable, Generator
from typing import Any, Generic, TypeVar

from edatool.broker.diagnosis import connection_error
from edatool.broker.session import Session
from edatool.errors import BrokerRefused

T = TypeVar("T")
Answered = Callable[..., None]
"""Is called with what pika tells of an answer."""
Question = Callable[[Answered], object]
"""Asks the broker for something, and says whom the answer is for."""
Script = Generator[Question, Any, T]
"""Yields questions, and is sent their answers."""


class Refused(BrokerRefused):
    """The broker closed the channel over what it was asked; is raised where the script waits for the answer."""

    def __init__(self, code: int, text: str, session: Session) -> None:
        super().__init__(f"the broker {session.address} refuses it: {text}")
        self.code, self.text = code, text


def talk(session: Session, script: Callable[[Any], Script[T]]) -> T:
    """Run a script, which gets pika's channel, to its end, and return what it returns.

    Raises:
        BrokerUnreachable, BrokerRefused: there is no connection, or it was lost, or the script caught no ``Refused``.
    """
    return _Talk(session, script).run()


class _Talk(Generic[T]):
    def __init__(self, session: Session, script: Callable[[Any], Script[T]]) -> None:
        self.session, self.begin = session, script
        self.script: Script[T]
        self.result: list[T] = []
        self.error: Exception | None = None
        self.connection: Any = None

    def run(self) -> T:
        with self.session.amqp(self.opened, self.lost) as self.connection:
            self.connection.ioloop.start()
        if self.error:
            raise self.error
        return self.result[0]

    def opened(self, connection: Any) -> None:
        connection.channel(on_open_callback=self.channel_opened)

    def channel_opened(self, channel: Any) -> None:
        channel.add_on_close_callback(self.closed)
        self.script = self.begin(channel)
        self.go_on(lambda: next(self.script))

    def go_on(self, resume: Callable[[], Question]) -> None:
        """Have the script ask its next question, or end with it."""
        try:
            question = resume()
        except StopIteration as end:
            self.result.append(end.value)
        except Exception as error:  # noqa: BLE001 - raised again by run
            self.error = error
        else:
            question(self.answered)
            return
        if self.connection.is_open:
            self.connection.close()

    def answered(self, *answer: Any) -> None:
        self.go_on(lambda: self.script.send(answer[0] if len(answer) == 1 else answer))

    def closed(self, _: Any, error: Any) -> None:
        if self.connection.is_open:
            self.go_on(lambda: self.script.throw(Refused(error.reply_code, error.reply_text, self.session)))

    def lost(self, connection: Any, error: BaseException) -> None:
        if not (self.result or self.error):
            self.error = connection_error(error, self.session.address, self.session.vhost)
        connection.ioloop.stop()
