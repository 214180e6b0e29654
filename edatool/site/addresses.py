"""Where in the site the page of something is."""

import hashlib
import re
from typing import Literal
from urllib.parse import quote

Kind = Literal[
    "event",
    "queue",
    "exchange",
    "filter",
    "consumer",
    "trigger",
    "delivery",
    "producer",
    "source",
    "soap",
    "policy",
    "operator policy",
    "user",
    "owner",
    "field",
]
Subject = tuple[Kind, str]
"""Something that has a page: its kind and its name."""

FOLDERS: dict[Kind, str] = {
    "event": "events",
    "queue": "queues",
    "exchange": "exchanges",
    "filter": "filters",
    "consumer": "consumers",
    "trigger": "triggers",
    "delivery": "deliveries",
    "producer": "producers",
    "source": "sources",
    "soap": "soap",
    "policy": "policies",
    "operator policy": "operator-policies",
    "user": "users",
    "owner": "owners",
    "field": "fields",
}
_PLAIN = re.compile(r"(?!(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$))[a-z0-9][a-z0-9._-]{0,79}")
_LIKE_A_HASH = re.compile(r".*-[0-9a-f]{10}")


def address(kind: Kind, name: str) -> str:
    """Return the file of a page, relative to the site: the same wherever it is made, and no two the same.

    A name that some file system has no file for, or that it does not tell from another (of which only the case
    differs), becomes one in small letters with a hash of the name.
    """
    return f"{FOLDERS[kind]}/{_stem(name)}.html"


def _stem(name: str) -> str:
    if _PLAIN.fullmatch(name) and not name.endswith(".") and not _LIKE_A_HASH.fullmatch(name):
        return name
    readable = re.sub(r"[^a-z0-9]+", "-", name.lower())[:40].strip("-")
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{readable or 'name'}-{digest}"


def relative(path: str, here: str) -> str:
    """Return the URL of a file of the site on the page ``here``."""
    return "../" * here.count("/") + quote(path)
