"""What is wrong with a payload, as a value."""

from edatool.frozen import frozen

MASK = "the value"
"""What validators are told to write in messages instead of a value, which may be large."""


@frozen
class Violation:
    """One way in which a payload breaks its contract, or is no payload at all.

    ``pointer`` is a JSON Pointer (RFC 6901) into the payload, ``""`` for the whole of it.
    """

    pointer: str
    message: str

    def to_json(self) -> dict[str, str]:
        """Return it as JSON has it, wherever it is told: ``{"pointer": ..., "message": ...}``."""
        return {"pointer": self.pointer, "message": self.message}

    def __str__(self) -> str:
        return f"{self.pointer}: {self.message}" if self.pointer else self.message
