r"""A name holds a line break.

RabbitMQ strips line breaks from names, so that what it declares would have another name.

Bad:

    edatool: 1
    name: shop
    queues:
      "orders\nof-shop": {}

    $ edatool validate
    routes.yaml:4:3: E214 'orders\nof-shop' holds a line break: remove it

Good:

    edatool: 1
    name: shop
    queues:
      orders-of-shop: {}
"""

from edatool.checks.brief import brief_name
from edatool.checks.found import Found, at_key
from edatool.checks.names import declared_names
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for kind, name in declared_names(subject):
        if "\n" in name or "\r" in name:
            yield at_key(kind, name), f"{brief_name(name)} holds a line break: remove it"
