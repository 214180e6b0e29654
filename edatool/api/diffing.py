"""A spec compared with what it was, without a broker."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from edatool.api.formats import read_definitions
from edatool.api.specs import load, load_files
from edatool.broker.address import Address
from edatool.change.offline.contract_changes import contract_changes
from edatool.change.offline.declaration_changes import declaration_changes
from edatool.change.offline.definitions import plan_by_definitions
from edatool.change.offline.diff import Before, Diff
from edatool.change.offline.earlier_spec import moves, there_by_spec
from edatool.change.offline.there import plan_offline
from edatool.change.progress import OnProgress
from edatool.checks.findings.introduced import introduced
from edatool.errors import WrongUsage
from edatool.findings import Finding
from edatool.routes import Routes
from edatool.routing.acceptance.objection import named
from edatool.runtime.resolve import BROKER, PREFIX
from edatool.silent import silent
from edatool.spec.files import STANDARD_INPUT
from edatool.spec.git_tree import GitTree, git_tree, is_commit

_SPECS = (".yaml", ".yml")
_LONGEST = 255
"""How long a name may be of a file, and of a commit."""


def load_before(
    against: str,
    *files: str,
    environment: Mapping[str, str] | None = None,
    rabbitmq: str | None = None,
    profile: str | None = None,
    broker: str | Address | None = None,
    on_note: Callable[[str], None] = silent,
) -> Before:
    """Read what a spec is to be compared with, as ``load`` reads the spec itself; nothing is checked out.

    Args:
        against: a commit of git, by any name that git has for it, or ``COMMIT:PATH`` for a spec that has another name
            there; a folder, in which the files have the same names; a spec, ``*.yaml``; a definitions file of
            RabbitMQ; or ``broker:NAME``, what apply left on the broker.
        files: the spec that is compared, ``routes.yaml`` unless one is named. Of those that were not there yet nothing
            is read.
        environment: the values of ``${NAME}``, by default those of the process.
        rabbitmq: a version such as ``4.3``, to find what that RabbitMQ refuses or ignores, too.
        profile: ``strict`` or ``migration-4``, instead of the one that the spec's ``checks`` name.
        broker: ``amqp[s]://user:password@host:port/vhost``, where ``broker:NAME`` is kept.
        on_note: is told of files that were not there yet.

    Raises:
        WrongUsage: there is no such file, folder or commit, or a file is outside of the repository.
        BrokerError, NeedsPerson: a spec on the broker cannot be read.
    """
    names, place = files or ("routes.yaml",), _place(against)
    if against.startswith(BROKER):
        return Before(against, load(against, broker=broker), kept=True)
    if place.exists():
        _refuse_two_meanings(against, names)
    if place.is_file() and place.suffix not in _SPECS:
        return Before(against, definitions=read_definitions(against))
    with _files(against, names) as (there, missing, tree):
        if missing:
            on_note(_new(against, missing))
        if not there:
            return Before(against)
        found = load_files(there, environment, rabbitmq, profile, tree=tree)
        return Before(against, found if tree is None else _of_commit(found, against.partition(":")[0]))


def diff(
    routes: Routes,
    before: Before,
    *,
    rabbitmq: str | None = None,
    on_note: Callable[[str], None] = silent,
    on_progress: OnProgress = silent,
) -> Diff:
    """Return what differs between a spec and what it was: objects, where events go, contracts, findings.

    Objects are created, changed and removed as on a vhost that is exactly as before; no broker is asked.

    Args:
        routes: the spec.
        before: what it is compared with, of ``load_before``.
        rabbitmq: the version of the RabbitMQ, such as ``4.3``; by default the newest, or that of a definitions file.
        on_note: is told what else is worth knowing, a sentence at a time.
        on_progress: is told how far it came, often.

    Raises:
        InvalidInput: the spec has errors. Where only ``before`` has, nobody knows what changes, and findings are told.
        WrongUsage: there is no such version, or vhost in a definitions file.
    """
    routes.require_valid()
    if before.definitions:
        return Diff(before, plan_by_definitions(routes, before.definitions, os.environ, on_note, on_progress))
    there = there_by_spec(before, routes, named(rabbitmq) if rabbitmq else None)
    old = before.spec
    if old and moves(before, routes):
        on_note(f"the vhost is another one, and all is made anew there: what is in {old.spec.vhost or '/'} stays")
    known, found = (old.findings if old else ()), (() if before.kept else routes.findings)
    whole = old if old and old.ok else None
    return Diff(
        before,
        plan_offline(routes, there, on_progress),
        contract_changes(whole, routes) if whole or not old else (),
        tuple(declaration_changes(whole.spec if whole else None, routes.spec, kept=before.kept))
        if whole or not old
        else (),
        introduced(known, found),
        () if before.kept else introduced(found, known),
    )


def new_findings(routes: Routes, before: Before) -> tuple[Finding, ...]:
    """Return the findings of a spec that it had not before, wherever they stand now; all where it was not there yet.

    Raises:
        WrongUsage: it is compared with what a broker had, of which it is not known what was found.
    """
    if before.definitions or before.kept:
        raise WrongUsage(f"{before.against} has no findings to compare: name a commit, a folder or a spec")
    return introduced(before.spec.findings if before.spec else (), routes.findings)


def _place(against: str) -> Path:
    """Return what may be the name of a file or folder."""
    if not against or not against.isprintable() or max(map(len, against.split("/"))) > _LONGEST:
        raise WrongUsage("--against takes a commit, a file or a folder: name one")
    return Path(against)


def _refuse_two_meanings(against: str, names: Sequence[str]) -> None:
    """Refuse a name that is both a file or folder and a commit."""
    plain = not (against.startswith((".", "/")) or against.endswith("/") or Path(against).suffix)
    if plain and is_commit(against, _near(names)):
        raise WrongUsage(f"{against!r} is here, and is a commit, too: write ./{against}, or refs/heads/{against}")


@contextmanager
def _files(against: str, names: Sequence[str]) -> Iterator[tuple[list[str], list[str], GitTree | None]]:
    """Yield the files to read, those that are missing, and the commit that they are of."""
    place = Path(against)
    if place.is_file():
        yield [against], [], None
    elif place.is_dir():
        every = [str(place / one) for one in _own(names)]
        there = [one for one in every if Path(one).exists()]
        yield there, [one for one in every if one not in there], None
    else:
        commit, _, path = against.partition(":")
        with git_tree(commit, _near(names)) as tree:
            every = list(_own(names))
            if tree is not None:
                every = [os.path.relpath(tree.top / path)] if path else every
                _require_inside(tree, every)
            there = [one for one in every if tree is not None and one in tree]
            yield there, [one for one in every if one not in there], tree


def _near(names: Sequence[str]) -> Path:
    return Path(names[0]).parent


def _own(names: Sequence[str]) -> Sequence[str]:
    if any(one == STANDARD_INPUT or one.startswith((PREFIX, BROKER)) for one in names):
        raise WrongUsage("only of files it is known what they were before: name the file to compare with by --against")
    return names


def _require_inside(tree: GitTree, names: Sequence[str]) -> None:
    outside = [one for one in names if tree.inside(one) is None]
    if outside:
        raise WrongUsage(f"{outside[0]} is outside of the repository {tree.top}: name a file in it")


def _new(against: str, missing: Sequence[str]) -> str:
    if Path(against).is_dir():
        return f"{', '.join(missing)} is not there: all of it is new"
    commit = against.partition(":")[0]
    return f"{commit} has no {', '.join(missing)}: all of it is new, or name what it was with --against {commit}:PATH"


def _of_commit(routes: Routes, commit: str) -> Routes:
    """Return a spec whose findings say of which commit their files are."""
    return routes.with_findings(_placed(one, commit) for one in routes.findings)


def _placed(one: Finding, commit: str) -> Finding:
    return replace(one, at=replace(one.at, file=f"{commit}:{one.at.file}")) if one.at else one
