"""What a trigger calls is not `package.module:function`, or where it posts to is no URL of HTTP.

Write the module as `import` takes it, and the function behind a colon.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    triggers:
      ship: {queue: orders, call: shop.shipping.ship}

    $ edatool validate
    routes.yaml:6:31: E253 'shop.shipping.ship' is no function: write package.module:function

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    triggers:
      ship: {queue: orders, call: "shop.shipping:ship"}
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject
from edatool.spec.http_url import is_http
from edatool.spec.secret import has_password


def find(subject: Subject) -> Found:
    for name, one in subject.spec.triggers.items():
        for key, function in (("call", one.call), ("lambda", one.aws_lambda)):
            if function is not None and not _is_function(function):
                yield at("triggers", name, key), f"{function!r} is no function: write package.module:function"
        # A URL with a password is not repeated: E281 speaks of it.
        if isinstance(one.http, str) and not has_password(one.http) and not is_http(one.http):
            yield at("triggers", name, "http"), f"{one.http!r} is no URL of HTTP: write https://host/path"


def _is_function(text: str) -> bool:
    module, colon, function = text.partition(":")
    return bool(colon) and all(part.isidentifier() for part in (*module.split("."), function))
