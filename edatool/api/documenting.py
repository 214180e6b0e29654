"""A spec as a site: pages for people."""

import os
import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from edatool.api.diffing import diff, load_before
from edatool.api.graphing import graph
from edatool.api.routing import test
from edatool.api.specs import load
from edatool.change.offline.diff import Before
from edatool.errors import WrongUsage
from edatool.routes import Routes
from edatool.site.facts import Facts
from edatool.site.folder import write_site
from edatool.site.history import Past, history
from edatool.site.site import site
from edatool.spec.git_tree import Commit, commits
from edatool.spec.variables import StandIns

_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=[^$`]*", re.DOTALL)


def docs(
    routes: Routes,
    *,
    before: Before | None = None,
    environments: Mapping[str, Routes] | None = None,
    history: Sequence[Past] = (),
    live: bool = False,
) -> Mapping[str, str]:
    """Return the files of a site that shows a spec, by their names in its folder; always the same for the same spec.

    It has a page for each event, queue, exchange, filter, consumer, team and field, a search and the findings, and
    asks nothing of any server.

    Args:
        routes: the spec.
        before: of ``load_before``: mark what is new or changed since, and say what that does to events.
        environments: the spec as it is in each of several environments, by name: say in what they differ.
        history: of ``read_history``: what the last commits have changed.
        live: have pages ask ``/live`` of the server that they are from whether there are newer ones.

    Raises:
        InvalidInput: the spec has errors, in whichever environment.
    """
    for one in (routes, *(environments or {}).values()):
        one.require_valid()
    found = diff(routes, before) if before else None
    drawn = before is not None and before.definitions is None and (before.spec is None or before.spec.ok)
    picture = graph(routes, before=before if drawn else None)
    return site(
        Facts(routes, tuple(test(routes).results), picture, found, environments or {}, tuple(history)), live=live
    )


def load_environment(file: str, *, profile: str | None = None) -> Routes:
    """Read a spec as it is in one environment, whose variables stand in a file as a shell reads them.

    Each line is ``NAME=VALUE``, with or without ``export``; of them EDATOOL_FILE names the files of the spec, as on the
    command line. Nothing in it is run or replaced.

    Raises:
        WrongUsage: the file cannot be read, or holds anything else.
    """
    try:
        lines = Path(file).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsage(f"{file} cannot be read: {error}") from None
    values: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        values |= _assigned(line, f"{file}:{number}")
    names = values.get("EDATOOL_FILE", "routes.yaml").split(os.pathsep)
    return load(*names, environment={**os.environ, **values}, profile=profile)


def _assigned(line: str, where: str) -> dict[str, str]:
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        words = [""]  # a quote is not closed
    words = words[1:] if words[:1] == ["export"] else words
    if not all(_ASSIGNMENT.fullmatch(word) for word in words):
        raise WrongUsage(f"{where} is no NAME=VALUE without anything to be replaced: write the value itself")
    return dict(word.split("=", 1) for word in words)


def read_history(routes: Routes, *files: str, most: int = 10) -> tuple[Past, ...]:
    """Return what the last commits of git have changed in a spec, the newest first; nothing where git has none.

    Args:
        routes: the spec as it is now.
        files: its files, ``routes.yaml`` unless one is named.
        most: how many commits are read.
    """
    names = files or ("routes.yaml",)
    on_disk = all(Path(one).is_file() for one in names)
    found = commits(Path(names[0]).parent, most + 1)[::-1] if most and on_disk else []
    if not found:
        return ()
    states = [(one, _readable(one, names)) for one in found]
    first = states.pop(0)[1] if len(found) > most else None
    past = history([*states, (None, routes)], first)
    return tuple(one for one in reversed(past) if one.changes or not one.readable)


def _readable(commit: Commit, names: Sequence[str]) -> Routes | None:
    """Return a spec as it was, None where it was not there or had errors."""
    found = load_before(commit.id, *names, environment=StandIns(os.environ)).spec
    return found if found and found.ok else None


def write_docs(files: Mapping[str, str], folder: str, *, force: bool = False) -> int:
    """Write the files of ``docs`` into a folder, and return how many they are.

    What an earlier site left there and this one has not is removed; files of others are left alone.

    Args:
        files: of ``docs``.
        folder: where they are to be; it is made where it is not there.
        force: overwrite files that are not as we wrote them.

    Raises:
        WrongUsage: there is such a file and no ``force``, or the folder cannot be written.
    """
    return write_site(files, folder, force=force)
