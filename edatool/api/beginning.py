"""A spec to begin with."""

import os
import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from edatool.api.formats import import_, wrong_in
from edatool.broker.session import Session
from edatool.errors import WrongUsage
from edatool.frozen import frozen
from edatool.routing.definitions.file import DefinitionsFile
from edatool.routing.importing.source import Takeover
from edatool.silent import silent
from edatool.spec.format import FORMAT_VERSION
from edatool.spec.text.write import as_routes
from edatool.templates import TEMPLATES, files_of

SPEC = "routes.yaml"
_NAME = re.compile(r"^name: .*\n", re.MULTILINE)


@frozen
class Begun:
    """The files that were written, relative to their folder, and what was taken over where that is what they say."""

    folder: str
    files: tuple[str, ...]
    takeover: Takeover | None = None


def init(
    folder: str = ".",
    what: str | Session | DefinitionsFile = "minimal",
    *,
    name: str | None = None,
    vhost: str | None = None,
    on_note: Callable[[str], None] = silent,
) -> Begun:
    """Write a spec to begin with into a folder, which is made where it is not there; nothing is overwritten.

    Args:
        folder: where the spec is to be.
        what: the template: ``minimal``, ``shop``, or ``ci``; or what exists: a vhost, or a file that describes one.
        name: that of the spec; by default the folder's.
        vhost: which one, where a file describes several.
        on_note: is told that what a vhost holds is from the management API alone, as AMQP did not let us in.

    Raises:
        WrongUsage: a file is there already, or cannot be written; the name is none; there is no such template or vhost.
        BrokerError: nobody answers, or the user lacks a tag.
    """
    if not folder.isprintable():
        raise WrongUsage(f"{folder!r} is no name of a folder that people can read: name another")
    named = name or Path(folder).resolve().name
    _require_name(named)
    takeover = None
    if isinstance(what, str):
        texts = _of_template(what, named)
        _require_room(folder, texts)
    else:
        _require_room(folder, (SPEC,))
        takeover = import_(what, named, vhost=vhost, file=str(Path(folder, SPEC)), on_note=on_note)
        texts = {SPEC: takeover.text, **takeover.files}
        _require_room(folder, texts)
    _write(folder, texts)
    return Begun(folder, tuple(texts), takeover)


def _require_name(name: str) -> None:
    """Refuse a name that edatool validate would have something against, or that nobody could read."""
    way_out = "give the spec another name"
    if not (name.strip() and name.isprintable()):
        raise WrongUsage(f"{name!r} is no name that people can read: {way_out}")
    for finding in wrong_in(as_routes({"edatool": FORMAT_VERSION, "name": name}, ""), SPEC):
        raise WrongUsage(f"{finding.message}: {way_out}")


def _of_template(template: str, name: str) -> dict[str, str]:
    if template not in TEMPLATES:
        raise WrongUsage(f"there is no template {template!r}: name one of {', '.join(TEMPLATES)}")
    texts = files_of(template)
    return texts | {SPEC: _NAME.sub(lambda _: as_routes({"name": name}, ""), texts[SPEC], count=1)}


def _require_room(folder: str, files: Collection[str]) -> None:
    there = [file for file in files if os.path.lexists(Path(folder, file))]
    if there:
        exist = "exists" if len(there) == 1 else "exist"
        raise WrongUsage(f"nothing was written, for {', '.join(there)} {exist} already: name another folder")


def _write(folder: str, texts: Mapping[str, str]) -> None:
    """Write all files, or none."""
    written: list[Path] = []
    try:
        for name, text in texts.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                written.append(path)
                file.write(text)
    except OSError as error:
        for one in written:
            one.unlink()
        raise WrongUsage(f"nothing was written, for {path} cannot be: {error.strerror}") from None
