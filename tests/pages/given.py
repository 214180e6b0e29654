"""What a page takes for granted: ``python -m tests.pages.given FILE`` puts definitions into the vhost of the walk."""

import json
import os
import sys
from pathlib import Path
from urllib.parse import quote

import httpx

from edatool.broker.address import parse

LEFT_OUT = {"durable": True, "auto_delete": False, "internal": False, "arguments": {}}
"""What RabbitMQ 3.10 wants to be told, and newer ones take for granted."""


def put(definitions: dict[str, list[dict[str, object]]]) -> None:
    """Have the broker import definitions into the vhost that the environment names."""
    broker = parse(os.environ["EDATOOL_BROKER"], os.environ["EDATOOL_MANAGEMENT"])
    url = f"{broker.management}/api/definitions/{quote(broker.vhost or '/', safe='')}"
    told = {name: [{**LEFT_OUT, **one} for one in section] for name, section in definitions.items()}
    answer = httpx.post(url, json=told, auth=(broker.user, broker.password))
    assert answer.is_success, answer.text


if __name__ == "__main__":
    put(json.loads(Path(sys.argv[1]).read_text()))
