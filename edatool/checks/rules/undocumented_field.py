"""A schema has fields of which nothing is said.

Consumers have to guess what is in them, and in which unit. Give each a `description`, or a `title`. Off by default.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed]}
    checks:
      severity: {undocumented-field: warning}
    --- order.json
    {"type": "object", "properties": {"total": {"type": "number"}}}

    $ edatool validate
    order.json:1:44: W328 nobody says what is in 'total': give each a description

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed]}
    checks:
      severity: {undocumented-field: warning}
    --- order.json
    {"type": "object", "properties": {"total": {"type": "number", "description": "In euros, with taxes."}}}
"""

from edatool.checks.found import Found
from edatool.checks.subject import Subject

_SAYING = ("description", "title", "$ref", "$comment", "const")


def find(subject: Subject) -> Found:
    for schema in subject.schemas:
        fields = schema.value.get("properties")
        untold = [name for name, one in fields.items() if not _says(one)] if isinstance(fields, dict) else []
        if untold:
            others = f" and {len(untold) - 1} more" if untold[1:] else ""
            message = f"nobody says what is in {untold[0]!r}{others}: give each a description"
            yield schema.where("properties", untold[0]), message


def _says(field: object) -> bool:
    return not isinstance(field, dict) or any(keyword in field for keyword in _SAYING)
