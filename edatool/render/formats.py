"""The formats that a kind of value is shown in, each in a file of its own."""

from collections.abc import Callable
from importlib import import_module
from typing import Generic, TypeVar

from edatool.errors import WrongUsage

Value = TypeVar("Value")
Shown = TypeVar("Shown")


class Formats(Generic[Value, Shown]):
    """The names of formats, of which the first is the default; file and function of each in ``folder`` are named so.

    A file is imported when its format is asked for: a command waits for no other.
    """

    def __init__(self, folder: str, *names: str) -> None:
        self.folder = folder
        self.names = names

    def show(self, name: str, value: Value) -> Shown:
        """Return the value in the format of this name.

        Raises:
            WrongUsage: there is no such format.
        """
        if name not in self.names:
            raise WrongUsage(f"there is no format {name!r}: it is one of {', '.join(self.names)}")
        function: Callable[[Value], Shown] = getattr(import_module(f"{self.folder}.{name}"), name)
        return function(value)
