"""A service that keeps the order of each key, in a process of its own: for ``test_order_under_kills``.

python ordered_service.py SPEC BROKER LOG
"""

import os
import random
import sys
import time

from edatool import ConsumedEvent, Consumer


def main() -> None:
    spec, broker, log = sys.argv[1:]
    file = os.open(log, os.O_WRONLY | os.O_APPEND)
    consumer = Consumer(spec, broker, workers=6, prefetch=40, grace=1)

    @consumer.on("placed", order_by="customer", order="keep")
    def handle(event: ConsumedEvent) -> None:
        time.sleep(random.random() / 50)
        if random.random() < 0.2:
            raise OSError("not now")
        os.write(file, f"{event.payload['customer']} {event.payload['number']}\n".encode())

    consumer.run()


if __name__ == "__main__":
    main()
