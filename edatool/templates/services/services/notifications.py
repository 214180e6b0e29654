"""The notification service: tells customers and staff.

python services/notifications.py [SPEC ...], with the broker in EDATOOL_BROKER.
"""

import logging
import os
import sys

from edatool import ConsumedEvent, Consumer

logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
logging.getLogger("pika").setLevel(logging.CRITICAL)  # of connections edatool tells itself
log = logging.getLogger(__name__)
consumer = Consumer(sys.argv[1:] or "routes.yaml", os.environ["EDATOOL_BROKER"], name="notification-service")


@consumer.on("order.placed", queue="notifications")
def thank(order: dict[str, object]) -> None:
    """Thank a customer."""
    log.info("customer: thank you for order %s", order["id"])


@consumer.on("payment.failed", queue="notifications")
def ask_again(payment: dict[str, object]) -> None:
    """Ask a customer to pay in another way."""
    log.info("customer: please pay order %s in another way", payment["order"])


@consumer.on(queue="notifications")
def wake_up(event: ConsumedEvent) -> None:
    """Wake somebody up."""
    log.info("staff: %s", event.key)


if __name__ == "__main__":
    consumer.run()
