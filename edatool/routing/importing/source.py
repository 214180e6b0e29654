"""What a spec is to be written of, and what comes out of it."""

import re
from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Any

from edatool.errors import WrongUsage
from edatool.findings import Finding
from edatool.frozen import frozen
from edatool.routing.definitions.file import DefinitionsFile
from edatool.routing.importing.besides import besides
from edatool.routing.topology import Topology

_SAYS_NOTHING = frozenset(
    ["rabbitmq", "rabbit", "definitions", "definition", "defs", "broker", "export", "backup", "load"]
)


@frozen
class ImportSource:
    """A topology to take over, the vhost it names, in words where it is from, and what is there besides.

    ``importer`` is the user who asked a broker; ``file`` the file that was read instead; ``said`` and ``files`` what it
    says besides, as ``Translated`` has it.
    """

    topology: Topology
    vhost: str | None
    origin: str
    besides: tuple[Finding, ...]
    importer: str | None = None
    file: str | None = None
    said: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)


@frozen
class Takeover:
    """The text of a spec that was written of what exists, and how many objects are in it.

    ``notes`` are what has to be said of it, and ``wrong`` is what ``edatool validate`` has against it; ``files`` are
    the schemas that it names, by their place beside it.
    """

    text: str
    objects: int
    notes: tuple[Finding, ...]
    wrong: tuple[Finding, ...]
    files: Mapping[str, str] = field(default_factory=dict)


def defined(file: DefinitionsFile, asked: str | None, *, administration: bool) -> ImportSource:
    """Return what a definitions file holds of the vhost that is asked for, or the only one.

    Raises:
        WrongUsage: there are several vhosts; or RabbitMQ would refuse something in the file.
    """
    vhost = file.vhost(asked)
    topology, notes = file.taken(vhost, access=administration, administration=administration)
    if file.translated:
        notes += file.translated.left_out
    else:
        notes += besides(file.definitions, vhost or "/", topology, administration=administration)
    if not administration:
        topology = replace(topology, settings={})
    origin = f"the {file.what} {Path(file.name).name}" + (f", vhost {vhost}" if vhost is not None else "")
    found = ImportSource(topology, vhost, origin, tuple(notes), file=file.name)
    return replace(found, said=file.translated.said, files=file.translated.files) if file.translated else found


def spec_name(vhost: str | None, file: str | None, target: str | None) -> str:
    """Return a name for the spec of what is taken over: the vhost's, the file's, or that of the folder.

    Two specs of one name on one vhost would take away each other's objects, so no name fits all.

    Raises:
        WrongUsage: nothing of these says anything.
    """
    of_vhost = (vhost or "").strip("/")
    is_file = file is not None and Path(file).is_file()
    place = Path(file if file and is_file else target or "routes.yaml").absolute()
    says_something = is_file and set(re.split(r"[-_. ]", place.stem.lower())) - _SAYS_NOTHING
    name = of_vhost or (place.stem if says_something else place.parent.name)
    if not name:
        raise WrongUsage("the spec needs a name that no other spec of this vhost has: give one with --name")
    return name
