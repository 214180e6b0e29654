"""Tools for the unit tests of services: a broker in memory, and pytest fixtures."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edatool.testing.memory import MemoryBroker

__all__ = ["MemoryBroker"]


def __getattr__(name: str) -> object:
    # Loaded when asked for: pytest imports this package at every start, to find the plugin.
    if name == "MemoryBroker":
        from edatool.testing.memory import MemoryBroker  # noqa: PLC0415 - see above

        return MemoryBroker
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
