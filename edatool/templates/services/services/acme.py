"""The payment provider: tells what became of a payment, in webhooks that it signs as Standard Webhooks says.

python services/acme.py URL ORDER, with the URL of edatool gateway, and the secret in ACME_WEBHOOK_SECRET.
"""

import base64
import hmac
import json
import os
import sys
import time

import httpx


def signature(webhook_id: str, now: int, body: bytes) -> str:
    """Sign a webhook."""
    key = base64.b64decode(os.environ["ACME_WEBHOOK_SECRET"].removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.digest(key, f"{webhook_id}.{now}.".encode() + body, "sha256")).decode()


def send(url: str, webhook_id: str, body: bytes, signed: bytes) -> None:
    """Send a body with the signature of what was signed, which is another body where somebody cheats."""
    now = int(time.time())
    print(f"POST /webhooks/acme {body.decode()}")
    answer = httpx.post(
        f"{url}/webhooks/acme",
        content=body,
        headers={
            "Content-Type": "application/json",
            "webhook-id": webhook_id,
            "webhook-timestamp": str(now),
            "webhook-signature": signature(webhook_id, now, signed),
        },
    )
    print(f"  {answer.status_code} {answer.text}")


if __name__ == "__main__":
    paid = json.dumps({"type": "payment.succeeded", "payment": {"order": sys.argv[2], "amount": 80}}).encode()
    send(sys.argv[1], f"payment-{sys.argv[2]}", paid, paid)
    print("Somebody changed the amount on the way:")
    send(sys.argv[1], f"payment-{sys.argv[2]}", paid.replace(b"80", b"8000"), paid)
