"""The order service: ships an order when it is paid, and holds it when the payment failed.

python services/order_processing.py [SPEC ...], with the broker in EDATOOL_BROKER.
"""

import logging
import os
import sys
from dataclasses import dataclass

from edatool import ConsumedEvent, Consumer

logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
logging.getLogger("pika").setLevel(logging.CRITICAL)  # of connections edatool tells itself
log = logging.getLogger(__name__)
consumer = Consumer(sys.argv[1:] or "routes.yaml", os.environ["EDATOOL_BROKER"], name="order-service")


@dataclass
class Payment:
    """The payload of both events."""

    order: str
    amount: float
    provider: str
    reason: str | None = None


class CarrierBusy(Exception):
    """The carrier takes no parcels for now."""


@consumer.on("payment.settled")
def ship(payment: Payment, event: ConsumedEvent) -> None:
    """Ship an order; where the carrier is busy, the event is tried again."""
    log.info("order %s is paid", payment.order)
    book_parcel(payment, event.attempt)
    log.info("order %s is shipped", payment.order)


@consumer.on("payment.failed", queue="order-processing")
def hold(payment: Payment) -> None:
    """Hold an order."""
    log.info("order %s is held: %s", payment.order, payment.reason or "its payment failed")


def book_parcel(payment: Payment, attempt: int) -> None:
    """Stand in for the web service of a carrier, which is busy at first where the order is large."""
    if payment.amount > 5000 and attempt < 3:
        raise CarrierBusy(f"no van for order {payment.order}")


if __name__ == "__main__":
    consumer.run()
    log.info(", ".join(f"{number} {name}" for name, number in consumer.counts.items() if number))
