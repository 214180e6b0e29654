"""A binding to an x-consistent-hash exchange whose key is not its weight, a whole number from 1 to 10000."""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for one in subject.spec.bindings:
        if not one.exchange or subject.exchange_type(one.exchange) != "x-consistent-hash":
            continue
        for index, key in enumerate(one.keys or ("",)):
            if not (key.isascii() and key.isdigit() and 1 <= int(key[:6]) <= 10000):
                message = f"the key is the weight here, a whole number from 1 to 10000, not {key!r}"
                yield at(*subject.key_path(one, index)), message
