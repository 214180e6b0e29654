"""Numbers of things in sentences."""

from collections.abc import Sequence


def counted(number: int, noun: str) -> str:
    """Return ``1 message``, ``2 messages``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def few(names: Sequence[str], most: int = 5) -> str:
    """Join names, the first of many, and say how many more there are: ``a, b and 3 more``."""
    return _few(names, most, ", ", " and ")


def few_sentences(sentences: Sequence[str], most: int = 5) -> str:
    """Do as ``few`` with sentences, which have commas of their own: ``a is full; b is gone; and 3 more``."""
    return _few(sentences, most, "; ", "; and ")


def _few(texts: Sequence[str], most: int, between: str, last: str) -> str:
    more = len(texts) - most
    return between.join(texts[:most]) + (f"{last}{more} more" if more > 0 else "")
