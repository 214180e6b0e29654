"""Systems that speak HTTP and SOAP with the sample, for the demo: small ones, on this machine."""

import base64
import os
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import click

import edatool
from edatool.cli.demo.programs import run, running, until
from edatool.cli.demo.services import SPECS

_ORDER = "A-10"
_PAYMENTS = ("A-1", "A-2", _ORDER)
"""The orders that were paid: examples were, when the demo published those."""
_INVOICES = ("A-3", *_PAYMENTS)
_EXTRAS = ("httptools", "lxml", "starlette", "uvicorn", "zeep")
_FILES = tuple(part for spec in SPECS for part in ("-f", spec))


def other_systems(url: str) -> None:
    """Tell of an order that comes by REST, its payment and its invoice by SOAP, and how a partner hears of it."""
    if not all(map(find_spec, _EXTRAS)):
        click.echo("Left out: they take extras, pip install '.[gateway,soap]' in a clone.")
        return
    with TemporaryDirectory() as name:
        folder = Path(name)
        edatool.init(name, "shop", name="shop")
        secrets = {"ACME_WEBHOOK_SECRET": _secret(), "BONUS_CLUB_SECRET": _secret()}
        environment = {"EDATOOL_BROKER": url, **secrets, "NO_PROXY": "127.0.0.1"}
        with running(("edatool", "gateway", *_FILES, "--listen", "127.0.0.1:0"), folder, environment) as gateway:
            there = until(gateway, r"http://127\.0\.0\.1:\d+")
            click.echo("A customer orders in the storefront, which speaks REST:")
            run(("python", "services/storefront.py", there, _ORDER), folder, environment)
            click.echo("The payment provider tells by a webhook that it has the money:")
            run(("python", "services/acme.py", there, _ORDER), folder, environment)
            click.echo("The billing system, which speaks SOAP, is to write invoices, and tells when it has sent them:")
            with running(("python", "services/billing.py", there), folder, environment) as billing:
                known = {**environment, "BILLING_URL": until(billing, r"http://\S+")}
                with running(("edatool", "consume", *_FILES, "--delivery", "billing"), folder, known):
                    for _ in _PAYMENTS:
                        until(billing, "is answered .*confirmed")
        click.echo("A partner's bonus club hears of it by a webhook that the shop signs:")
        with running(("python", "services/bonus_club.py"), folder, environment) as club:
            known = {**environment, "BONUS_CLUB_URL": until(club, r"http://\S+")}
            with running(("edatool", "consume", *_FILES, "--delivery", "bonus-club"), folder, known):
                for _ in _INVOICES:
                    until(club, "credited")


def _secret() -> str:
    """Make a secret up, as Standard Webhooks writes them."""
    return f"whsec_{base64.b64encode(os.urandom(24)).decode()}"
