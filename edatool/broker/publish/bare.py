"""A publish as any client makes it that knows nothing of edatool."""

from typing import Any

from pika import spec

from edatool.broker.publish.flight import NACKED
from edatool.broker.session import Session
from edatool.broker.talk import Answered, Script, talk
from edatool.errors import BrokerRefused


def publish(session: Session, exchange: str, key: str, body: bytes) -> None:
    """Publish a body with a routing key and nothing else, and wait for the confirm.

    Raises:
        BrokerUnreachable, BrokerRefused: it was not published.
    """

    def script(channel: Any) -> Script[None]:
        yield lambda answered: channel.confirm_delivery(lambda _: None, callback=answered)

        def send(answered: Answered) -> None:
            channel.add_callback(answered, [spec.Basic.Ack, spec.Basic.Nack])
            channel.basic_publish(exchange, key, body)

        frame = yield send
        if isinstance(frame.method, spec.Basic.Nack):
            raise BrokerRefused(NACKED)

    talk(session, script)
