"""Sites of specs, and a page of each kind."""

from pathlib import Path

import edatool

SHOP = Path(__file__).parents[2] / "edatool" / "templates" / "shop" / "routes.yaml"
EVERY_KEY = Path(__file__).parents[1] / "pages" / "every_key" / "routes.yaml"
KINDS = (
    "index.html",
    "graph.html",
    "simulator.html",
    "events.html",
    "findings.html",
    "fields.html",
    "events/order.placed.html",
    "queues/order-processing.html",
    "exchanges/events.html",
    "filters/big-order.html",
    "consumers/order-service.html",
    "senders.html",
    "sources/acme.html",
    "soap/billing.html",
    "deliveries/bonus-club.html",
    "owners/payments.html",
    "fields/customer.tier.html",
)
"""A page of each kind of the sample's site."""
OTHER_KINDS = (
    "producers/storefront.html",
    "policies.html",
    "operator-policies/bounds.html",
    "users.html",
    "users/order-service.html",
)
"""A page of each kind that only the spec with every key has."""


def written(spec: Path, folder: Path) -> Path:
    """Write the site of a spec into a folder, and return it."""
    edatool.write_docs(edatool.docs(edatool.load(str(spec))), str(folder))
    return folder
