"""A schema does not say of which draft of JSON Schema it is.

edatool reads it as of 2020-12, and others as of another draft, in which keywords may mean something else. Write
`$schema`. Off by default.

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
      severity: {unnamed-draft: warning}
    --- order.json
    {"type": "object"}

    $ edatool validate
    order.json:1:1: W325 others take this for another draft: write $schema, here that is 'https://json-schema.org/draft/2020-12/schema'

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
      severity: {unnamed-draft: warning}
    --- order.json
    {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}
"""

from edatool.checks.found import Found
from edatool.checks.subject import Subject
from edatool.contracts.documents.drafts import DRAFT_2020_12


def find(subject: Subject) -> Found:
    for schema in subject.schemas:
        if not (schema.path or schema.document.holds_schemas or "$schema" in schema.value):
            yield (
                schema.where(),
                f"others take this for another draft: write $schema, here that is {DRAFT_2020_12!r}",
            )
