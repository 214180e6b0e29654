"""A settings file as values: everything that is wrong with it at once, each with its place."""

import os
import re
import tomllib
from pathlib import Path

from edatool.errors import InvalidInput
from edatool.findings import Finding, Position, in_order
from edatool.settings.find import SHARED
from edatool.settings.format import NAMES_OF_FILES, SETTINGS
from edatool.settings.places import places
from edatool.settings.settings import Settings
from edatool.spec.check import check
from edatool.spec.files import Unreadable, read_file
from edatool.spec.secret import has_password
from edatool.spec.yaml_document import YamlDocument

LARGEST = 2**20
_TABLE = ("tool", "edatool")
_WRITTEN = "has a password in it, and many read this file: take it out, and give it in EDATOOL_PASSWORD"


def read(file: Path, here: Path) -> Settings:
    """Read a settings file, for commands that run in the folder ``here``.

    Raises:
        InvalidInput: with all that is wrong.
    """
    name = os.path.relpath(file, here)
    text = _text(file, name)
    value = _value(text, name)
    table = _TABLE if file.name == SHARED else ()
    found = _findings(value, text, name, table)
    if found:
        raise InvalidInput(found)
    ours = _below(value, table)
    assert isinstance(ours, dict)
    values = dict(ours)
    for key in NAMES_OF_FILES:
        if key in values:
            values[key] = _from_here(values[key], Path(name).parent)
    return Settings(name, values)


def _text(file: Path, name: str) -> str:
    try:
        return read_file(file, LARGEST).decode("utf-8-sig")
    except Unreadable as error:
        raise InvalidInput([Finding("E601", str(error), Position(name, 1, 1))]) from None
    except UnicodeDecodeError:
        raise InvalidInput([Finding("E601", "this is not UTF-8: save it as UTF-8", Position(name, 1, 1))]) from None


def _value(text: str, name: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        said = re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", str(error))
        at = Position(name, int(said[2]), int(said[3])) if said else Position(name, 1, 1)
        raise InvalidInput([Finding("E601", f"this is not TOML: {said[1] if said else error}", at)]) from None


def _findings(value: dict[str, object], text: str, name: str, table: tuple[str, ...]) -> list[Finding]:
    ours = _below(value, table)
    secret = [key for key in ("broker", "management") if isinstance(ours, dict) and has_password(str(ours.get(key)))]
    if not secret and not check(YamlDocument(ours), SETTINGS).findings:
        return []
    document = YamlDocument(ours, places(text, name, table))
    wrong = check(document, SETTINGS).findings
    return in_order([*wrong, *(Finding("E602", f"{key} {_WRITTEN}", document.where((key,))) for key in secret)])


def _below(value: object, table: tuple[str, ...]) -> object:
    for name in table:
        value = value[name] if isinstance(value, dict) and name in value else {}
    return value


def _from_here(names: object, folder: Path) -> object:
    """Return names of files, which are relative to the folder of the settings; standard input and the like are none."""
    if isinstance(names, list):
        return [_from_here(one, folder) for one in names]
    elsewhere = ("-", "package:", "broker:")
    return names if str(names).startswith(elsewhere) else str(folder / str(names))
