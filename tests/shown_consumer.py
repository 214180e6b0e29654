from edatool import ConsumedEvent, Consumer, Publisher, Retry
from edatool.testing import MemoryBroker

consumer = Consumer("routes.yaml", "amqp://user:password@host")
shipped: list[str] = []


@consumer.on("payment.settled", "payment.failed")
def ship(event: ConsumedEvent) -> None:
    if event.attempt == 1:
        raise Retry
    shipped.append(event.payload["order"])


def test_a_payment_is_tried_again(memory_broker: MemoryBroker, memory_publisher: Publisher) -> None:
    assert memory_publisher.publish("payment.settled", {"order": "A-1", "amount": 120, "provider": "acme"}).ok
    memory_broker.feed(consumer)
    assert not shipped
    memory_broker.advance(seconds=5)
    memory_broker.feed(consumer)
    assert shipped == ["A-1"]
