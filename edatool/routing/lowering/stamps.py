"""The words that a publisher adds to a message's keys, in BCC, to say which filters it matches.

A mark says that all filters of a set were looked at, and a stamp that one destination is to get the message. Both name
the set by its digest, so that those of another set mean nothing.
"""

from collections.abc import Iterable
from urllib.parse import quote, unquote

from edatool.routing.lowering.hash import sha256

ROUTER = "~router"
"""The word that has a message of the router go by its stamps alone: nowhere, where they are those of another set."""
OWN = "~"
"""What all these words begin with."""

_LONGEST = 120


def mark(digest: str) -> str:
    """Return the word that says that the filters of a set were looked at."""
    return f"~{digest}"


def stamp(digest: str, destination: str, *, to_exchange: bool) -> str:
    """Return the word that sends a message to a queue or an exchange."""
    word = f"~{digest}~{'exchange' if to_exchange else 'queue'}~{quote(destination, safe='')}".replace(".", "%2E")
    return word if len(word) <= _LONGEST else word[:80] + sha256(word)[:40]


def stuck(digest: str) -> str:
    """Return the word that has a message wait until its destination takes it."""
    return f"~{digest}~stuck"


def pattern(word: str) -> str:
    """Return the binding key that receives a word, however it is filled up."""
    return f"{word}.#"


def filled_up(words: Iterable[str], dots: int) -> tuple[str, ...]:
    """Return words as keys that have as many words as the message's own key, which has so many dots.

    A pattern of nothing but wildcards, such as ``*.*``, then matches them only where it matches the own key as well.
    """
    more = ".~" * dots
    return tuple([word + more for word in words])


def why_not(binding_key: str) -> str:
    """Say in a few words why no key of a message matches one of these words, the key of a binding."""
    match binding_key.partition(".")[0].split("~"):
        case [_, "router"]:
            return "it is not from the router"
        case [_, _, "stuck"]:
            return "it does not wait for a destination that is full"
        case [_, _, kind, name]:
            return f"no filter of {kind} {unquote(name)} matches it"
        case _:
            return "its publisher did not evaluate the filters of this spec"


def stamped_for(keys: Iterable[str]) -> list[str]:
    """Name the queues and exchanges to which marked keys send a message."""
    parts = (key.partition(".")[0].split("~") for key in keys)
    return [f"{kind} {unquote(name)}" for _, _, kind, name in (one for one in parts if len(one) == 4)]


def is_marked(keys: object) -> bool:
    """Tell whether keys in BCC are mark and stamps."""
    return isinstance(keys, (list, tuple)) and bool(keys) and all(str(key).startswith("~") for key in keys)
