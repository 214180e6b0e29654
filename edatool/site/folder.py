"""The folder that a site is in: written without harm to what others keep there."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from shutil import rmtree

from edatool.errors import WrongUsage
from edatool.new_file import refusing_unwritable

_LIST = ".edatool-site.json"
"""What we wrote: the SHA-256 of each file, by its name in the folder."""

_Listed = dict[str, list[str]]


def write_site(files: Mapping[str, str], folder: str, *, force: bool = False) -> int:
    """Write the files of a site, and remove those of an earlier one; return how many files these are.

    All of it is written beside the folder first, and takes its place when it is whole. Of an earlier site only what is
    still as we left it is removed.

    Raises:
        WrongUsage: a file is there that we did not write, or have not left so, and no ``force``; or nothing can be
            written there.
    """
    target = Path(os.path.realpath(folder))
    with refusing_unwritable(folder):
        if target.exists() and not target.is_dir():
            raise WrongUsage(f"{folder} is a file: name a folder for the site")
        earlier = _earlier(target)
        refused = () if force else (name for name in files if not _may_write(target, name, earlier))
        for name in refused:
            raise WrongUsage(
                f"{folder}/{name} is not as we wrote it: name another folder, or overwrite it with --force"
            )
        listed = {name: [_digest(text.encode())] for name, text in files.items()}
        target.parent.mkdir(parents=True, exist_ok=True)
        staged = target.with_name(f".{target.name[:100]}.{os.urandom(4).hex()}")
        try:
            for name, text in files.items():
                _write(staged / name, text)
            _write(staged / _LIST, _shown(listed))
            if target.exists():
                _replace(staged, target, listed, earlier)
            else:
                staged.rename(target)
        finally:
            rmtree(staged, ignore_errors=True)
    return len(files)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _shown(listed: _Listed) -> str:
    return json.dumps(listed, indent=0, sort_keys=True)


def _replace(staged: Path, target: Path, listed: _Listed, earlier: _Listed) -> None:
    """Put staged files into a folder, and remove what is stale.

    Meanwhile the list has both, the earlier files and the new ones: whenever this ends, the next run knows them.
    """
    both = {name: [*earlier.get(name, ()), *listed.get(name, ())] for name in (*earlier, *listed)}
    _write(staged / f"{_LIST}.new", _shown(both))
    (staged / f"{_LIST}.new").replace(target / _LIST)
    for name in listed:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (staged / name).replace(target / name)
    for name in earlier:
        if name not in listed and _is_ours(target, name, earlier):
            (target / name).unlink()
            if not any((target / name).parent.iterdir()):
                (target / name).parent.rmdir()
    (staged / _LIST).replace(target / _LIST)


def _earlier(target: Path) -> _Listed:
    """Return what an earlier site left: a list that is none of ours lists nothing."""
    try:
        found = json.loads((target / _LIST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return dict(_inside_only(found)) if isinstance(found, dict) else {}


def _inside_only(found: dict[str, object]) -> Iterator[tuple[str, list[str]]]:
    """Yield what a list says of files that are in its folder, whoever wrote the list."""
    for name, digests in found.items():
        parts = PurePosixPath(name).parts
        if isinstance(digests, list) and parts and ".." not in parts and not PurePosixPath(name).is_absolute():
            yield name, digests


def _may_write(target: Path, name: str, earlier: _Listed) -> bool:
    path = target / name
    return _is_inside(path) and (not path.exists() or _is_ours(target, name, earlier))


def _is_ours(target: Path, name: str, earlier: _Listed) -> bool:
    """Tell whether a file is in the folder itself, and still as it was written."""
    path = target / name
    return _is_inside(path) and path.is_file() and _digest(path.read_bytes()) in earlier.get(name, ())


def _is_inside(path: Path) -> bool:
    """Tell whether no link leads elsewhere on the way to a file."""
    return Path(os.path.realpath(path)) == path


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
