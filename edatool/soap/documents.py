"""A WSDL and all that it imports, read from the folder of the spec; nothing else is ever opened.

Whoever parses them afterwards is given these texts alone (``Documents.at``), so that it cannot fetch others.
"""

import posixpath
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Self
from urllib.parse import unquote
from xml.parsers import expat

from edatool.frozen import frozen

MOST_BYTES = 4 * 1024 * 1024
"""Of each."""
MOST_DOCUMENTS = 200
_WSDL = "http://schemas.xmlsoap.org/wsdl/"
_XSD = "http://www.w3.org/2001/XMLSchema"
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_PLACES = {
    f"{_WSDL} import": "location",
    f"{_XSD} import": "schemaLocation",
    f"{_XSD} include": "schemaLocation",
    f"{_XSD} redefine": "schemaLocation",
}


class RefusedWsdl(Exception):
    """A WSDL, or something that it imports, is not read; the message names the file."""


@frozen
class Documents:
    """Texts by their absolute paths, without symbolic links; ``main`` is the path of the WSDL."""

    main: str
    texts: Mapping[str, bytes]

    @classmethod
    def read(cls, root: Path, wsdl: str, held: Mapping[str, bytes] | None = None) -> Self:
        """Read a WSDL by its name relative to a folder, and all that it imports.

        ``held``: the files of the folder, by relative names, where they are not those on the disk.

        Raises:
            RefusedWsdl: something is outside of the folder, on the network, missing, too large, no XML, or has a DTD.
        """
        folder = root.resolve()
        main = _resolved(folder, str(folder), wsdl)
        texts: dict[str, bytes] = {}
        waiting = [main]
        while waiting:
            path = waiting.pop()
            if path in texts:
                continue
            if len(texts) == MOST_DOCUMENTS:
                raise RefusedWsdl(f"{wsdl} imports more than {MOST_DOCUMENTS} documents: leave out what is not needed")
            name = posixpath.relpath(path, folder)
            texts[path] = _content(path, name, held)
            waiting += [_resolved(folder, posixpath.dirname(path), one, name) for one in _imports(texts[path], name)]
        return cls(main, texts)

    def at(self, url: str) -> bytes:
        """Return the text at a path or ``file:`` URL.

        Raises:
            RefusedWsdl: it is none of those that were read.
        """
        path = unquote(url.removeprefix("file://"))
        found = self.texts.get(path) or self.texts.get(str(Path(path).resolve()))
        if found is None:
            raise RefusedWsdl(f"{url} would have to be fetched, which is never done: {_KEEP_A_COPY}")
        return found


_KEEP_A_COPY = "keep a copy in the folder of the spec, and import that by a relative path"


def _resolved(folder: Path, base: str, location: str, by: str = "") -> str:
    """Return the path of what a location leads to, which has to be in the folder."""
    shown = f"{location!r}, which {by} imports," if by else repr(location)
    if _ELSEWHERE.match(location):
        raise RefusedWsdl(f"{shown} would have to be fetched, which is never done: {_KEEP_A_COPY}")
    try:
        path = Path(base, location).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise RefusedWsdl(f"{shown} cannot be read: {error}") from None
    if not path.is_relative_to(folder):
        raise RefusedWsdl(f"{shown} is outside the folder of the spec: move it inside")
    return str(path)


def _content(path: str, name: str, held: Mapping[str, bytes] | None) -> bytes:
    try:
        if held is not None:
            content = held[name]
        elif Path(path).is_file():
            with Path(path).open("rb") as stream:
                content = stream.read(MOST_BYTES + 1)
        else:
            raise KeyError(name)
    except KeyError:
        raise RefusedWsdl(f"{name} is not a file: correct the path") from None
    except OSError as error:
        raise RefusedWsdl(f"{name} cannot be read: {error.strerror}") from None
    if len(content) > MOST_BYTES:
        raise RefusedWsdl(f"{name} has more than {MOST_BYTES // 1024 // 1024} MiB: leave out what is not needed")
    return content


def _imports(text: bytes, name: str) -> list[str]:
    """Return the locations that a document imports, as they are written."""
    found: list[str] = []

    def doctype(*_: object) -> None:
        raise RefusedWsdl(f"{name} has a DTD, which is not read: leave DOCTYPE out")

    def start(tag: str, attributes: dict[str, str]) -> None:
        location = attributes.get(_PLACES.get(tag, ""))
        if location is not None:
            found.append(location)

    # Expat alone, which needs no package: a spec is loaded where nothing is delivered, too.
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = start
    try:
        parser.Parse(text, True)  # noqa: FBT003 - as expat has it
    except expat.ExpatError as error:
        message = expat.ErrorString(error.code)
        raise RefusedWsdl(f"{name}:{error.lineno}:{error.offset + 1} is no XML: {message}") from None
    except (LookupError, ValueError) as error:  # by Python, which expat asks about encodings
        raise RefusedWsdl(f"{name} has an encoding that is not read ({error}): write it in UTF-8") from None
    return found
