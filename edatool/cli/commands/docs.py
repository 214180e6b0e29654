"""edatool docs: the spec as a site for people."""

from collections.abc import Callable, Mapping
from typing import NoReturn

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.everywhere import asked
from edatool.cli.file_name import FILE_NAME
from edatool.cli.options import load_spec, profile_option, spec_option
from edatool.cli.telling import tell
from edatool.cli.watching import CommandResult, watch
from edatool.cli.writing import force_option
from edatool.errors import WrongUsage


@click.command(cls=Command)
@spec_option
@click.option("-o", "--output", "folder", type=FILE_NAME, metavar="FOLDER", help="Write the site into this folder.")
@click.option(
    "--compare",
    metavar="COMMIT|PATH",
    help="Mark what is new or changed since a commit of git (or COMMIT:PATH), a folder, a spec.",
)
@click.option(
    "--environment",
    "environments",
    multiple=True,
    metavar="NAME=FILE",
    help="Show in what environments differ, of which each has its variables in such a file; repeat it.",
)
@click.option(
    "--history",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    metavar="COUNT",
    help="Show what so many commits of git have changed.",
)
@click.option("--serve", is_flag=True, help="Serve it to this machine, and show pages anew when the spec changes.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="Where; 0 takes one that is free."
)
@profile_option
@force_option
def docs(
    *,
    files: tuple[str, ...],
    folder: str | None,
    compare: str | None,
    environments: tuple[str, ...],
    history: int,
    serve: bool,
    port: int,
    profile: str | None,
) -> int:
    """Write a site that shows the spec: what events there are, where they go and why, and what reads which field.

    It opens from the disk and from any web server, and asks nothing of either. What an earlier run left in the folder
    is replaced; files of others stay.

    \b
    Example:
      edatool docs -o site
      edatool docs -o site --compare origin/main
      edatool docs -o site --environment staging=staging.sh --environment production=production.sh
      edatool docs --serve
    """

    named = _named(environments)

    def made(*, live: bool) -> Mapping[str, str]:
        routes = load_spec(files, profile=profile)
        before = edatool.load_before(compare, *files, profile=profile, on_note=tell) if compare else None
        beside = {name: edatool.load_environment(file, profile=profile) for name, file in named.items()}
        past = edatool.read_history(routes, *files, most=history)
        return edatool.docs(routes, before=before, environments=beside, history=past, live=live)

    if serve == (folder is not None):
        raise WrongUsage("docs takes either -o FOLDER, to write the site, or --serve, to look at it: give one of them")
    if folder is None:
        _serve(lambda: made(live=True), port, files)
    written = edatool.write_docs(made(live=False), folder, force=asked().force)
    tell(f"{folder}: {written} files; open {folder}/index.html")
    return 0


def _named(environments: tuple[str, ...]) -> dict[str, str]:
    pairs = [one.partition("=") for one in environments]
    wrong = next((one for one, (name, _, file) in zip(environments, pairs, strict=True) if not (name and file)), None)
    if wrong is not None:
        raise WrongUsage(f"--environment takes NAME=FILE, such as production=production.sh, and not {wrong!r}")
    return {name: file for name, _, file in pairs}


def _serve(made: Callable[[], Mapping[str, str]], port: int, files: tuple[str, ...]) -> NoReturn:
    """Serve a site until it is interrupted, made anew whenever a file of the spec changes."""
    from edatool.site.served import serving

    with serving(port) as server:

        def show() -> CommandResult:
            server.show(made())
            sentence = f"{len(server.files)} files at {server.url}"
            tell(sentence)
            return CommandResult(0, sentence)

        watch(show, files)
