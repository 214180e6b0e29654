"""What a file of another tool says of RabbitMQ, written as definitions, and what of it cannot be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from edatool.contracts.pointer import Path
from edatool.errors import WrongUsage
from edatool.findings import Finding, Position
from edatool.routing.definitions.file import DefinitionsFile, Translated
from edatool.routing.importing.besides import KEEP, NOT_TAKEN


@dataclass(slots=True)
class Translation:
    """Definitions in the making, with the way through the other file to whatever they are made of."""

    entries: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    paths: dict[Path, Path] = field(default_factory=dict)
    left_out: list[tuple[str, Path]] = field(default_factory=list)

    def add(self, section: str, entry: Mapping[str, Any], path: Path) -> None:
        """Add an entry; what is null in it was not said."""
        entries = self.entries.setdefault(section, [])
        self.paths[section, len(entries)] = path
        entries.append({key: value for key, value in entry.items() if value is not None})

    def leave_out(self, what: str, path: Path) -> None:
        """Note something that is not taken over."""
        self.left_out.append((what, path))

    def done(self, file: str, what: str, place: Callable[[Path], Position]) -> DefinitionsFile:
        """Return the definitions; ``place`` says where something stands in the other file.

        Raises:
            WrongUsage: there is nothing of RabbitMQ in it.
        """
        if not self.entries:
            raise WrongUsage(f"{file} is no {what} with exchanges, queues, bindings, policies or vhosts of RabbitMQ")
        notes = [Finding(NOT_TAKEN, f"{one} is not taken over: {KEEP}", place(path)) for one, path in self.left_out]
        return DefinitionsFile(
            file, "", self.entries, Translated(what, tuple(notes), lambda entry: place(self.paths.get(entry, ())))
        )
