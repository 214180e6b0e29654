"""Specs inside installed packages."""

import importlib.resources
from collections.abc import Sequence
from pathlib import Path

from edatool.errors import WrongUsage

PREFIX = "package:"


def files_of(spec: str | Sequence[str]) -> list[str]:
    """Return the files that a spec is read from; ``package:NAME/PATH`` is a file of an installed package.

    Raises:
        WrongUsage: there is no such package, or its files are not in a folder, as in a zip.
    """
    return [_file_of(name) for name in ([spec] if isinstance(spec, str) else spec)]


def _file_of(name: str) -> str:
    if not name.startswith(PREFIX):
        return name
    package, slash, inside = name.removeprefix(PREFIX).partition("/")
    if not (package and slash and inside):
        raise WrongUsage(f"{name!r} names no file of a package: write package:shop_contracts/routes.yaml")
    try:
        file = importlib.resources.files(package).joinpath(inside)
    except (ImportError, ValueError, TypeError):
        raise WrongUsage(f"there is no package {package!r} here: install it, or correct {name!r}") from None
    if not isinstance(file, Path):
        raise WrongUsage(f"the package {package!r} is not in a folder: install it unpacked")
    return str(file)
