"""Messages published with properties that are bytes already, one after the other."""

from collections.abc import Iterable
from typing import Any

from pika import spec

from edatool.broker.properties import Raw
from edatool.broker.session import Session
from edatool.broker.talk import Answered, Refused, Script, talk
from edatool.errors import BrokerRefused


def publish_again(session: Session, queue: str, messages: Iterable[tuple[bytes, bytes]]) -> int:
    """Publish properties and bodies to a queue by its name, each once the one before is confirmed; return how many.

    Raises:
        BrokerRefused: there is no such queue, it takes no more, or a message is none for RabbitMQ; it says how many
            it has.
        BrokerUnreachable: no connection, or it was lost.
    """
    returned: list[str] = []

    def script(channel: Any) -> Script[int]:
        channel.add_on_return_callback(lambda _, method, *__: returned.append(method.reply_text))
        yield lambda answered: channel.confirm_delivery(lambda _: None, callback=answered)
        number = 0
        for number, (raw, body) in enumerate(messages, start=1):
            try:
                frame = yield _send(channel, queue, Raw(raw), body)
            except Refused as error:
                words = f"message {number} is refused, and queue {queue} has those before it: {error.text}"
                raise BrokerRefused(words) from None
            if returned:
                raise BrokerRefused(f"there is no queue {queue}: name one that is there")
            if isinstance(frame.method, spec.Basic.Nack):
                raise BrokerRefused(f"queue {queue} takes no more messages: it has {number - 1} of them")
        return number

    return talk(session, script)


def _send(channel: Any, queue: str, properties: Raw, body: bytes) -> Any:
    def send(answered: Answered) -> None:
        channel.add_callback(answered, [spec.Basic.Ack, spec.Basic.Nack])
        channel.basic_publish("", queue, body, properties, mandatory=True)

    return send
