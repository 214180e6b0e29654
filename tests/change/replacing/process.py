"""A replacement in a process of its own, to be killed or suspended: ``python -m tests.change.replacing.process``.

Reads one JSON object from stdin (url, management, vhost, replacement, and the step before which it suspends itself) and
prints each step before it is done.
"""

import json
import os
import signal
import sys

from edatool.broker import lock
from edatool.broker.address import parse
from edatool.broker.session import Session
from edatool.change.replacing.replace import replace
from edatool.change.replacing.replacement import from_json
from edatool.errors import BrokerUnreachable


def main() -> None:
    order = json.load(sys.stdin)
    address = parse(order["url"], order["management"])
    one = from_json(order["replacement"])

    def report(step: str) -> None:
        print(step, flush=True)
        if order.get("suspend") and step.startswith(order["suspend"]):
            os.kill(os.getpid(), signal.SIGSTOP)

    try:
        with Session(address, order["vhost"]) as session, lock.held(session, "a test", 30):
            replace(one, session, report, 300)
    except BrokerUnreachable as error:
        print(f"failed: {error}", flush=True)
    else:
        print("done", flush=True)


main()
