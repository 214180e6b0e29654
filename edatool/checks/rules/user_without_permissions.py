"""A user has no permissions in this vhost.

Such a user cannot even connect to it. Give permissions: what is not said there allows nothing.

Bad:

    edatool: 1
    name: shop
    users:
      shop: {password: {env: SHOP_PASSWORD}}

    $ edatool validate
    routes.yaml:4:3: W284 the user 'shop' has no permissions in this vhost and cannot connect to it: give it some

Good:

    edatool: 1
    name: shop
    users:
      shop: {password: {env: SHOP_PASSWORD}, permissions: {read: "^orders$"}}
"""

from edatool.checks.found import Found, at_key
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for user in subject.spec.users.values():
        if user.permissions is None:
            message = f"the user {user.name!r} has no permissions in this vhost and cannot connect to it: give it some"
            yield at_key("users", user.name), message
