"""The page docs/reference/environment.md, made of the options that have a variable, and of what reads others."""

import re
from collections.abc import Iterator
from pathlib import Path

import click

import edatool
from edatool.cli.main import edatool as command_line
from tests.render import golden_texts

HEAD = """\
# Environment

What edatool reads from the environment. This page is made of the command line. An option counts before its variable,
and that before the [settings](../tasks/settings.md); a variable that is there and empty is an error, for mostly it is
a secret that CI did not find.

## In the place of options

| variable | option | meaning | commands |
|---|---|---|---|"""
OTHERS = {
    "CI_API_V4_URL": "the API of GitLab, which `edatool comment --gitlab` asks; GitLab CI sets it, as all of `CI_`",
    "CI_COMMIT_SHA": "the commit of a job, for `edatool comment --gitlab --reviewed`",
    "CI_MERGE_REQUEST_IID": "the merge request to comment on; `--request` counts first",
    "CI_MERGE_REQUEST_PROJECT_ID": "the project of the merge request",
    "CI_PROJECT_ID": "the project of the merge request, where that other variable is not set",
    "EDATOOL_PASSWORD": "the password, where the URL of the broker has a user and no password",
    "EDATOOL_RABBITMQ_SERVER": "the script `rabbitmq-server` that private brokers run, instead of the installed one",
    "EDATOOL_REVISION": "what the ledger keeps as the revision of an apply; default: the commit of the working folder",
    "FORCE_COLOR": "anything: colours also where there is no terminal; `--color` counts first",
    "GITHUB_ACTIONS": "`true`: findings are also annotations, commands of GitHub Actions on standard error",
    "GITHUB_API_URL": "the API of GitHub, which `edatool comment --github` asks; default: that of github.com",
    "GITHUB_EVENT_PATH": "a file with the event of a job, which names the pull request to comment on",
    "GITHUB_REF": "`refs/pull/NUMBER/merge` names the pull request to comment on; `--request` counts first",
    "GITHUB_REPOSITORY": "the repository of the pull request, `OWNER/NAME`",
    "GITHUB_SHA": "the commit of a job, for `edatool comment --github --reviewed`",
    "GITHUB_STEP_SUMMARY": "the file to which `edatool comment --github` adds what a comment has no room for",
    "GITHUB_TOKEN": "the token to comment with; it needs the permission `pull-requests: write`",
    "GITLAB_TOKEN": "the token to comment with, such as a project access token with the scope `api`",
    "NO_COLOR": "anything: no colours; `--color` counts first, and then this",
    "XDG_CACHE_HOME": "where `edatool broker start` keeps its files, in `edatool/broker`; default: `~/.cache`",
}
"""Variables that no option stands for."""
TAIL = """
`routes.yaml` may name any variable as `${NAME}`, and secrets as `{env: NAME}`: see [keys of the spec](spec.md).

## For edatool's own tests

`EDATOOL_TEST_BROKER` and `EDATOOL_TEST_MANAGEMENT` name the broker that they use, instead of a private one. With
`CI=true`, or `EDATOOL_REQUIRE_BROKER=1`, a test fails where it would be skipped for want of a broker.
"""
_READ = re.compile(r'(?:environ(?:\.get\(|\[)|from_environment\()"(\w+)"|^VARIABLE = "(\w+)"', re.MULTILINE)


def page() -> str:
    """Return the text of the page."""
    lines = [HEAD, *(f"| `{one}` | `{option}` | {about} | {of} |" for one, option, about, of in variables())]
    lines += ["", "## Beside them", "", "| variable | meaning |", "|---|---|"]
    return "\n".join([*lines, *(f"| `{name}` | {about} |" for name, about in OTHERS.items()), TAIL])


def variables() -> Iterator[tuple[str, str, str, str]]:
    """Yield each variable that stands for an option: that, what it says of itself, the commands that have it."""
    found: dict[tuple[str, str], list[str]] = {}
    about: dict[str, str] = {}
    for path, command in golden_texts.commands(command_line):
        for one in command.params:
            if isinstance(one, click.Option) and isinstance(one.envvar, str):
                found.setdefault((one.envvar, one.opts[-1]), []).append(" ".join(path))
                about.setdefault(one.envvar, (one.help or "").partition(". ")[0].rstrip("."))
    for (variable, option), names in sorted(found.items()):
        yield variable, option, about[variable], ", ".join(names)


def read_by_the_code() -> set[str]:
    """Return the variables that any file of edatool reads by their names, but for the programs of templates."""
    folder = Path(edatool.__file__).parent
    files = set(folder.rglob("*.py")) - set((folder / "templates").rglob("*.py"))
    return {name for file in files for names in _READ.findall(file.read_text()) for name in names if name}
