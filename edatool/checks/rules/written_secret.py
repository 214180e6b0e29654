"""A secret is written into the spec: a token, a private key, or a URI with a password.

A spec is kept where many read it, and RabbitMQ shows arguments and policies to whoever may look at a queue. Take it out, and
renew it; what comes from a variable is not written there. Known by their form are tokens of AWS, GitHub, GitLab, Google,
Slack and Stripe, and JSON Web Tokens.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {arguments: {x-callback: "https://shop:secret@hooks.example"}}

    $ edatool validate
    routes.yaml:4:24: W223 RabbitMQ does not know the argument x-callback and would ignore it: remove it, unless a plugin reads it
    routes.yaml:4:36: W289 this holds a secret: take it out of the spec, and renew it

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
"""

import re
from collections.abc import Iterator

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject
from edatool.spec.secret import has_password
from edatool.spec.text.layout import layout
from edatool.spec.yaml_document import Path, YamlDocument

_TOKEN = re.compile(
    r"\bAKIA[0-9A-Z]{16}\b|\bgh[opsu]_[A-Za-z0-9]{36}|\bgithub_pat_\w{40}|\bglpat-[\w-]{20}|\bAIza[\w-]{35}"
    r"|\bxox[abprs]-[\w-]{20}|\b[rs]k_live_\w{20}|-----BEGIN [A-Z ]*PRIVATE KEY-----|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\."
)
_URIS_TOLD = ("federation_upstreams", "shovels", "triggers", "deliveries")
"""The sections in whose URIs another rule finds passwords."""


def find(subject: Subject) -> Found:
    for path, text in _texts(subject.spec.document.value, ()):
        held = _TOKEN.search(text) or (has_password(text) and path[0] not in _URIS_TOLD)
        if held and not _from_variable(subject.spec.document, path):
            yield at(*path), "this holds a secret: take it out of the spec, and renew it"


def _from_variable(document: YamlDocument, path: Path) -> bool:
    place = document.place(path)
    if place is None:
        return False
    laid_out = layout(document.texts[place.file])
    there = laid_out.at(place)
    return there is not None and "${" in laid_out.text[there.part.value.start : there.part.value.end]


def _texts(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield all strings of a spec but those that tests publish, which are made up."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, one in value.items():
            if (*path, name) != ("tests",):
                yield from _texts(one, (*path, name))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _texts(one, (*path, index))
