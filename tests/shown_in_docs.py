from edatool import Publisher
from edatool.testing import MemoryBroker


def test_a_dead_letter_tells_its_queue(memory_broker: MemoryBroker, memory_publisher: Publisher) -> None:
    payment = {"order": "A-1", "amount": 120, "provider": "acme"}
    assert memory_publisher.publish("payment.settled", payment).ok
    message = memory_broker.get("order-processing")
    assert message
    assert message.payload["order"] == "A-1"
    memory_broker.reject(message)
    assert [dead.key for dead in memory_broker.queue("dead-letters")] == ["order-processing"]
