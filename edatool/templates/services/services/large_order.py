"""The fraud team's function, which a large order starts: edatool consume large-order-function --run "python ..."."""

import json
import sys

TOO_LARGE = 65
"""The exit code that refuses an order: a person has to look at it, among the dead letters."""

order = json.load(sys.stdin)
print(f"large order {order['id']} of {order['total']}: looked at", flush=True)
sys.exit(TOO_LARGE if order["total"] > 100_000 else 0)
