"""A partner's bonus club: credits customers with what they bought, as the shop's signed webhooks tell.

python services/bonus_club.py, with the secret in BONUS_CLUB_SECRET; its first line is its URL.
"""

import base64
import hmac
import json
import os
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

TOO_OLD = 300
"""The seconds after which a request is not taken any more: somebody may have kept it."""
key = base64.b64decode(os.environ["BONUS_CLUB_SECRET"].removeprefix("whsec_"))
busy = iter([503])


class BonusClub(BaseHTTPRequestHandler):
    """Takes what the shop has signed; the first request comes when it is busy."""

    def do_POST(self) -> None:
        """Credit an order."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self.is_signed(body):
            status, said = 401, "not signed"
        elif (status := next(busy, 200)) != 200:
            said = "signed, and I am busy"
        else:
            said = "signed, and credited"
        order = json.loads(body)
        print(f"order {order['order']} of {order['amount']}: {said}", flush=True)
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def is_signed(self, body: bytes) -> bool:
        """Tell whether one of the signatures is of the secret that shop and club share, and not too old."""
        sent = self.headers["webhook-timestamp"]
        signed = f"{self.headers['webhook-id']}.{sent}.".encode() + body
        good = "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
        signatures = self.headers["webhook-signature"].split()
        return abs(time.time() - int(sent)) < TOO_OLD and any(hmac.compare_digest(good, one) for one in signatures)

    def log_message(self, *_: object) -> None:
        """Say nothing more of each request."""


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", 0), BonusClub)
    print(f"http://127.0.0.1:{server.server_port}/orders", flush=True)
    server.serve_forever()
