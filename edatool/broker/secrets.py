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
from pathlib import Path

from edatool.errors import WrongUsage
from edatool.spec.secret import is_reference

_DIGESTS = {
    "rabbit_password_hashing_sha256": "sha256",
    "rabbit_password_hashing_sha512": "sha512",
    "rabbit_password_hashing_md5": "md5",  # of users from before 3.6 whose password nobody changed since
}
_SALT = 4


def resolve(reference: Mapping[str, str]) -> str:
    """Return the secret that a reference stands for; the last line break of a file is no part of it.

    Raises:
        WrongUsage: there is none, or it is empty.
    """
    ((kind, name),) = reference.items()
    if kind == "$env":
        found, where = os.environ.get(name), f"the environment variable {name}"
    else:
        found, where = _content(name), f"the file {name}"
    if not found:
        raise WrongUsage(f"{where} is to hold a secret, and {'is empty' if found == '' else 'is not set'}: set it")
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


def _content(file: str) -> str | None:
    try:
        return Path(file).read_text(encoding="utf-8").removesuffix("\n").removesuffix("\r")
    except (OSError, UnicodeDecodeError):
        return None
