"""The page docs/reference/commands.md, made of the command line."""

import os
from unittest import mock

from edatool.cli.main import EXIT_CODES
from tests.render import golden_texts

HEAD = """\
# Commands

Each command as its `--help` says it; also as a manual page, [edatool.1](edatool.1). This page is made of the command
line itself. The variables that stand for options are those of the [environment](environment.md).

## Exit codes

| code | meaning |
|---|---|
"""


def page() -> str:
    """Return the text of the page."""
    lines = [HEAD.rstrip(), *(f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items())]
    lines.append("")
    with mock.patch.dict(os.environ, golden_texts.ENVIRONMENT):
        helps = list(golden_texts.helps())
    for name, text in helps:
        lines += [f"## {name}", "", "```", text.rstrip(), "```", ""]
    return "\n".join(lines)
