"""The storefront: posts orders to the shop, by HTTP.

python services/storefront.py URL ORDER, with the URL of edatool gateway.
"""

import json
import sys

import httpx


def post(url: str, order: dict[str, object]) -> None:
    """Post an order; the key tells one that is posted again, as its answer was lost, from another."""
    print(f"POST /events/order.placed {json.dumps(order)}")
    answer = httpx.post(f"{url}/events/order.placed", json=order, headers={"Idempotency-Key": f'"order-{order["id"]}"'})
    print(f"  {answer.status_code} {answer.text}")


if __name__ == "__main__":
    placed: dict[str, object] = {"id": sys.argv[2], "region": "eu", "size": "small", "total": 80}
    customer = {"customer": {"id": 9, "tier": "silver"}}
    post(sys.argv[1], {**placed, **customer})
    print("The same again, as if the answer had been lost: no second order.")
    post(sys.argv[1], {**placed, **customer})
    print("An order of nobody:")
    post(sys.argv[1], {**placed, "id": "B-1"})
