"""Defaults of options that a settings file says; the command line and the environment count before it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from edatool.settings.find import find
from edatool.settings.settings import Settings

_OPTIONS = {
    "files": "files",
    "broker": "broker",
    "management": "management",
    "ca": "ca",
    "cert": "cert",
    "cert_key": "cert-key",
    "outboxes": "outbox",
    "rabbitmq": "rabbitmq",
    "output": "format",
}
"""The parameters of commands that have a setting, with its key."""


def settings_here() -> Settings | None:
    """Return the settings that are in force in the working directory.

    Raises:
        InvalidInput: with all that is wrong with them.
        WrongUsage: two files of one folder have settings.
    """
    here = Path.cwd()
    file = find(here)
    if file is None:
        return None
    from edatool.settings.read import read

    return read(file, here)


def defaults(params: Sequence[click.Parameter], settings: Mapping[str, object]) -> dict[str, object]:
    """Return the defaults of a command's parameters; a format that it does not have is none."""
    found = {}
    for one in params:
        value = settings.get(_OPTIONS.get(one.name or "", ""))
        if value is not None and not (isinstance(one.type, click.Choice) and value not in one.type.choices):
            found[one.name or ""] = value
    return found
