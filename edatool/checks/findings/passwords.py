"""Findings without the passwords that variables brought into a spec."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import unquote

from edatool.findings import Finding
from edatool.routing.redaction import HIDDEN

_LOGIN = re.compile(r"://([^/?#@:]*):(.+)@", re.DOTALL)
_LONG = 5
"""From how many letters on a password is hidden wherever it stands, and not only behind its user."""


def without_passwords(findings: Iterable[Finding], environment: Mapping[str, str]) -> list[Finding]:
    """Return findings in which the passwords of URLs in variables are hidden, also where a message cuts them off."""
    found = list(findings)
    logins = {login for value in environment.values() for login in _logins(value)} if found else set()
    ordered = sorted(logins, key=lambda login: len(login[1]), reverse=True)
    return [replace(one, message=_hidden(one.message, ordered)) for one in found] if ordered else found


def _logins(value: str) -> Iterator[tuple[str, str]]:
    """Yield users and passwords as messages may have them."""
    if found := _LOGIN.search(value):
        user, password = found[1], found[2]
        yield from ((user, form) for form in (password, unquote(password), repr(password)[1:-1]))


def _hidden(message: str, logins: Iterable[tuple[str, str]]) -> str:
    for user, password in logins:
        pieces = message.split(f"{user}:")
        message = f"{user}:".join([pieces[0], *(_without_start(piece, password) for piece in pieces[1:])])
        if len(password) >= _LONG:
            message = message.replace(password, HIDDEN)
    return message


def _without_start(text: str, password: str) -> str:
    """Hide as much of a password as a text begins with."""
    length = 0
    while length < min(len(text), len(password)) and text[length] == password[length]:
        length += 1
    return HIDDEN + text[length:] if length else text
