"""What pages say of commands between the lines is so, and no block escapes the walk."""

import os
import re
from pathlib import Path
from unittest import mock

import click
import pytest

from edatool.cli.main import edatool as command_line
from tests.pages.reading import ROOT, pages
from tests.pages.walk import LANGUAGES, PART
from tests.pages.written import DOCS
from tests.render import golden_texts

READ = [page for page in pages() if not page.is_relative_to(DOCS) and page.name != "CHANGELOG.md"]
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


@pytest.mark.parametrize("page", READ, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_and_options_that_are_named_in_text_are_there(page: Path) -> None:
    with mock.patch.dict(os.environ, golden_texts.ENVIRONMENT):
        found = [(text, wrong) for text in IN_TEXT.findall(page.read_text()) if (wrong := unknown(text.split()))]
    assert found == []


@pytest.mark.parametrize("page", READ, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_block_is_one_that_nobody_tries(page: Path) -> None:
    text = page.read_text()
    fences = re.findall(r"^(.*)```(.*)$", text, re.MULTILINE)
    assert {before for before, _ in fences} <= {""}, "an indented block is no part of a walk"
    assert {kind for _, kind in fences[::2]} <= LANGUAGES
    assert {kind for _, kind in fences[1::2]} <= {""}
    assert text.count("<!--") == len([one for one in PART.finditer(text) if one[0].startswith("<!--")])
    assert not re.findall(r"^ {4,}\$ ", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
