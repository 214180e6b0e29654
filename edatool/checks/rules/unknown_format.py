"""A schema has a `format` that no validator checks: nobody knows it, or not in this draft.

A payload with anything there keeps the contract. Correct the name, say it by `pattern`, or name a draft that has it. Formats
of OpenAPI that only tell how a value is stored, such as `int64`, may stay.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed]}
    --- order.json
    {"type": "object", "properties": {"at": {"type": "string", "format": "datetime"}}}

    $ edatool validate
    order.json:1:70: W321 no validator knows the format 'datetime', so nothing is checked: did you mean date-time?

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed]}
    --- order.json
    {"type": "object", "properties": {"at": {"type": "string", "format": "date-time"}}}
"""

from edatool.checks.found import Found
from edatool.checks.subject import Subject
from edatool.contracts.documents.drafts import DRAFT_2019_09
from edatool.contracts.formats import DESCRIBING, FORMATS, is_asserted
from edatool.spec.shape import shown


def find(subject: Subject) -> Found:
    for schema in subject.schemas:
        name, draft = schema.value.get("format"), schema.document.draft
        if isinstance(name, str) and name not in DESCRIBING and not is_asserted(name, draft):
            near = subject.nearest.to(name.lower(), FORMATS)
            if name in FORMATS:
                why = f"only drafts from 2019-09 on have the format {name}"
                way_out = f"say it by pattern, or write $schema: {DRAFT_2019_09}"
            else:
                why = f"no validator knows the format {shown(name)}, so nothing is checked"
                way_out = f"did you mean {near}?" if near else "say it by pattern"
            yield schema.where("format"), f"{why}: {way_out}"
