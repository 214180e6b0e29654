"""A user without permissions in this vhost, who cannot even connect to it."""

from edatool.checks.found import Found, at_key
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for user in subject.spec.users.values():
        if user.permissions is None:
            message = f"the user {user.name!r} has no permissions in this vhost and cannot connect to it: give it some"
            yield at_key("users", user.name), message
