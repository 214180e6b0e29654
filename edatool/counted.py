"""Numbers of things in sentences."""


def counted(number: int, noun: str) -> str:
    """Return ``1 message``, ``2 messages``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
