"""A user has a tag that RabbitMQ does not know.

RabbitMQ accepts any tag, and one that it does not know allows nothing. Correct it; leave it where a plugin reads it.

Bad:

    edatool: 1
    name: shop
    users:
      shop: {password: {env: SHOP_PASSWORD}, tags: [managment], permissions: {read: ".*"}}

    $ edatool validate
    routes.yaml:4:49: W283 RabbitMQ does not know the tag 'managment': did you mean 'management'?

Good:

    edatool: 1
    name: shop
    users:
      shop: {password: {env: SHOP_PASSWORD}, tags: [management], permissions: {read: ".*"}}
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject

TAGS = frozenset(("administrator", "monitoring", "policymaker", "management", "impersonator", "none"))
"""The tags of RabbitMQ and its plugins («Access Control», «Management Plugin»)."""


def find(subject: Subject) -> Found:
    for user in subject.spec.users.values():
        for index, tag in enumerate(user.tags):
            if tag not in TAGS:
                way_out = subject.nearest.way_out(tag, TAGS, "remove it, unless a plugin reads it")
                message = f"RabbitMQ does not know the tag {tag!r}: {way_out}"
                yield at("users", user.name, "tags", index), message
