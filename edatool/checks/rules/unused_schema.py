"""A file in the folder of the schemas is used by no event, and no schema refers to it.

It looks like a contract, and nobody keeps it. Name it in an event, or remove it. Off by default, for other specs may use
the same folder. Looked at are the folders below that of the spec in which schemas of events lie.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, schema: schemas/order.json}
    bindings:
      - {queue: orders, events: [order.placed]}
    checks:
      severity: {unused-schema: warning}
    --- schemas/order.json
    {"type": "object"}
    --- schemas/invoice.json
    {"type": "object"}

    $ edatool validate
    schemas/invoice.json:1:1: W330 no event and no schema refers to this: name it in an event, or remove it

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, schema: schemas/order.json}
    bindings:
      - {queue: orders, events: [order.placed]}
    checks:
      severity: {unused-schema: warning}
    --- schemas/order.json
    {"type": "object"}
"""

from pathlib import Path

from edatool.checks.found import Found
from edatool.checks.subject import Subject
from edatool.findings import Position

_ENDINGS = (".json", ".yaml", ".yml")


def find(subject: Subject) -> Found:
    spec, contracts = subject.spec, {**subject.contracts, **subject.routes.receivers}
    named = {*(one.schema for one in spec.events.values()), *(one.schema for one in spec.deliveries.values())}
    if not named - {None} <= contracts.keys():
        return
    used = {one.file for contract in contracts.values() for one in contract.reached.documents.values()}
    root = Path(spec.root)
    folders = {Path(file).parent for file in used} - {root}
    for file in sorted(file for folder in folders if folder.is_dir() for file in folder.iterdir()):
        if file.suffix in _ENDINGS and str(file) not in used:
            yield Position(str(file), 1, 1), "no event and no schema refers to this: name it in an event, or remove it"
