"""Commands that pages name between the lines are there."""

import os
import re
from pathlib import Path
from unittest import mock

import click
import pytest

from edatool.cli.main import edatool as command_line
from tests.pages.reading import ROOT, written_by_hand
from tests.render import golden_texts

IN_TEXT = re.compile(r"`(?:[A-Z_]+=\S+ )?edatool ([^`]+)`")
COMMANDS = {" ".join(path): command for path, command in golden_texts.commands(command_line)}


def options(command: click.Command) -> set[str]:
    """Return the options of a command, those that may stand anywhere included."""
    own = {name for one in command.params for name in one.opts + one.secondary_opts}
    return own | {name for one in command_line.params for name in one.opts} | {"--help", "-h"}


def unknown(words: list[str]) -> list[str]:
    """Return the words behind ``edatool`` that name no command, or no option of it."""
    name = next((one for one in (" ".join(words[:2]), words[0]) if one in COMMANDS), None)
    if name is None:
        return [] if words[0].startswith("-") or words[0].isupper() else words[:1]
    known = options(COMMANDS[name])
    given = [re.sub(r"=.*", "", word) for word in words if re.match(r"--?[a-z]", word)]
    return [one for one in given if one not in known]


@pytest.mark.parametrize("page", written_by_hand(), ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_and_options_that_are_named_in_text_are_there(page: Path) -> None:
    with mock.patch.dict(os.environ, golden_texts.ENVIRONMENT):
        found = [(text, wrong) for text in IN_TEXT.findall(page.read_text()) if (wrong := unknown(text.split()))]
    assert found == []
