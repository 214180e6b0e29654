"""Secrets read from where the spec says they are, and passwords as RabbitMQ stores them.

The way of hashing is RabbitMQ's («Credentials and Passwords»): four bytes of salt, then the digest of salt and
password, all of it in base64.
"""

import base64
import binascii
import hashlib
import os
import secrets
from collections.abc import Mapping

from edatool.errors import WrongUsage
from edatool.spec.files import Unreadable, read_file
from edatool.spec.secret import is_reference

_DIGESTS = {
    "rabbit_password_hashing_sha256": "sha256",
    "rabbit_password_hashing_sha512": "sha512",
    "rabbit_password_hashing_md5": "md5",  # of users from before 3.6 whose password nobody changed since
}
_SALT = 4
LARGEST = 64 * 1024
"""The most bytes that a file with a secret has."""


def resolve(reference: Mapping[str, str]) -> str:
    """Return the secret that a reference stands for; the last line break of a file is no part of it.

    Raises:
        WrongUsage: there is none, or it is empty.
    """
    ((kind, name),) = reference.items()
    if kind == "$env":
        where, found = f"the environment variable {name}", os.environ.get(name)
        wrong = "is not set: set it" if found is None else "is empty: set it"
    else:
        where, (found, wrong) = f"the file {name}", _content(name)
    if not found:
        raise WrongUsage(f"{where} is to hold a secret, and {wrong}")
    return found


def resolved(value: object) -> object:
    """Return a setting's value with all secrets in it.

    Raises:
        WrongUsage: as of ``resolve``.
    """
    if isinstance(value, dict):
        return resolve(value) if is_reference(value) else {key: resolved(one) for key, one in value.items()}
    return [resolved(one) for one in value] if isinstance(value, list) else value


def secrets_in(value: object) -> list[str]:
    """Return the secrets that a setting's value refers to.

    Raises:
        WrongUsage: as of ``resolve``.
    """
    if isinstance(value, dict):
        return [resolve(value)] if is_reference(value) else [one for each in value.values() for one in secrets_in(each)]
    return [one for each in value for one in secrets_in(each)] if isinstance(value, list) else []


def hashed(password: str) -> str:
    """Return a fresh hash of a password, for ``rabbit_password_hashing_sha256``."""
    return _hash(password, secrets.token_bytes(_SALT), "sha256")


def is_hash_of(password: str, known: str, algorithm: str) -> bool:
    """Whether a user's hash on the broker is that of a password; False too for ways of hashing that are not known."""
    digest = _DIGESTS.get(algorithm)
    try:
        salt = base64.b64decode(known, validate=True)[:_SALT]
    except binascii.Error:
        return False
    return digest is not None and secrets.compare_digest(_hash(password, salt, digest), known)


def _hash(password: str, salt: bytes, digest: str) -> str:
    return base64.b64encode(salt + hashlib.new(digest, salt + password.encode()).digest()).decode()


def _content(file: str) -> tuple[str, str]:
    """Return the secret in a file, and what is wrong where that is empty."""
    try:
        content = read_file(file, LARGEST).decode("utf-8")
    except Unreadable as error:
        return "", str(error)
    except UnicodeDecodeError:
        return "", "is not UTF-8: save it as UTF-8"
    return content.removesuffix("\n").removesuffix("\r"), "is empty: write it there"
