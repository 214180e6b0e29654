"""A replacement in a process of its own, to be killed: ``python -m tests.change.replacing.process``.

Reads one JSON object from stdin (url, management, vhost, replacement) and prints each step before it is done.
"""

import json
import sys

from edatool.broker.address import parse
from edatool.change.replacing.replace import replace
from edatool.change.replacing.replacement import from_json


def main() -> None:
    order = json.load(sys.stdin)
    address = parse(order["url"], order["management"])
    one = from_json(order["replacement"])
    replace(one, address, order["vhost"], lambda step: print(step, flush=True), 300)
    print("done", flush=True)


main()
