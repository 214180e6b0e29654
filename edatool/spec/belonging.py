"""The spec that a file belongs to: what is to be checked when only this file has changed."""

import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from edatool.spec.files import Unreadable, read_file
from edatool.spec.format import ROUTES
from edatool.spec.load import load
from edatool.spec.text import text

SPEC = "routes.yaml"
_UNKNOWN = {"edatool"}
"""What cannot be read says best itself what is wrong with it."""


def specs_of(files: Sequence[str], environment: Mapping[str, str], given: Sequence[str] = ()) -> list[tuple[str, ...]]:
    """Return the files to check together for files that have changed.

    A spec is checked by itself. For a file that it includes, and for a schema, it is the spec that is checked; any
    other part of a spec overrides it, and is checked behind it. The spec is ``given``, or the ``routes.yaml`` in the
    folder of the file or the nearest above it; where there is none, the file is checked as if it were one.
    """

    @cache
    def read(spec: tuple[str, ...]) -> frozenset[Path]:
        return load(spec, environment).files

    def spec_of(file: str) -> tuple[str, ...]:
        spec = tuple(given) or _nearest(Path(file))
        if spec and Path(file).resolve() in read(spec):
            return spec
        keys = _keys(file)
        if not spec or "edatool" in keys:
            return (file,)
        return spec if keys.isdisjoint(ROUTES.fields) else (*spec, file)

    return list(dict.fromkeys(spec_of(file) for file in files))


def _keys(file: str) -> set[str]:
    """Return the keys of a mapping in a file; none where it holds something else."""
    try:
        content = read_file(file, text.MAX_BYTES).decode("utf-8-sig")
    except (Unreadable, UnicodeDecodeError):
        return _UNKNOWN
    document, _ = text.read(content, file, {})
    if not document.whole:
        return _UNKNOWN
    if document.value is None:
        return _UNKNOWN
    return set(document.value) if isinstance(document.value, dict) else set()


def _nearest(file: Path) -> tuple[str, ...]:
    above = (folder / SPEC for folder in Path(os.path.abspath(file)).parents)  # noqa: PTH100  without symbolic links
    found = next((spec for spec in above if spec.is_file()), None)
    if found is None:
        return ()
    return (str(found if file.is_absolute() else os.path.relpath(found)),)
