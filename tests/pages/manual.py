"""The manual page edatool(1), made of the command line: what ``--help`` says, for ``man``."""

import os
from collections.abc import Iterable, Iterator
from inspect import cleandoc
from textwrap import wrap
from unittest import mock

import click

import edatool
from edatool.cli.everywhere import OPTIONS as EVERYWHERE
from edatool.cli.main import EXIT_CODES
from edatool.cli.main import edatool as command_line
from tests.pages.environment import variables
from tests.render import golden_texts


def page() -> str:
    """Return the page in roff, with the macros of man(7)."""
    with mock.patch.dict(os.environ, golden_texts.ENVIRONMENT):
        return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    title, *about = _paragraphs(command_line)
    yield f'.TH EDATOOL 1 "" "edatool {edatool.__version__}" "Commands"'
    yield from (".SH NAME", f"edatool \\- {title[0].lower()}{title[1:].rstrip('.')}")
    yield from (".SH SYNOPSIS", ".B edatool", *_text(" ".join(_usage(command_line))))
    yield from (".SH DESCRIPTION", *_described(about))
    yield from (".SH OPTIONS", *_options([*command_line.params, *EVERYWHERE]))
    yield ".SH COMMANDS\nEach takes these options, too."
    for path, command in golden_texts.commands(command_line):
        yield f".SS {_text(' '.join(('edatool', *path, *_usage(command))))[0]}"
        yield from _described(_paragraphs(command))
        yield from (one for one in _options(command.params) if one)
    yield ".SH ENVIRONMENT"
    for variable, option, _, names in variables():
        yield from (".TP", f".B {variable}", *_text(f"{option} of {names}"))
    yield ".SH EXIT STATUS"
    for code, meaning in EXIT_CODES.items():
        yield from (".TP", f".B {code}", *_text(meaning))


def _usage(command: click.Command) -> list[str]:
    return command.collect_usage_pieces(click.Context(command))


def _paragraphs(command: click.Command) -> list[str]:
    assert command.help
    return cleandoc(command.help).split("\n\n")


def _described(paragraphs: list[str]) -> Iterator[str]:
    """Yield paragraphs; one that begins with click's mark keeps its lines."""
    for number, paragraph in enumerate(paragraphs):
        yield from (".PP",) if number else ()
        if paragraph.startswith("\b\n"):
            yield from (".nf", *(_line(one) for one in paragraph.splitlines()[1:]), ".fi")
        else:
            yield from _text(paragraph)


def _options(options: Iterable[click.Parameter]) -> Iterator[str]:
    for one in options:
        record = one.get_help_record(click.Context(command_line))
        if record and record[1]:
            yield from (".TP", f".B {_line(record[0])}", *_text(record[1]))


def _text(text: str) -> list[str]:
    return [_line(one) for one in wrap(text, 72, break_on_hyphens=False, break_long_words=False)]


def _line(text: str) -> str:
    """Return a line as roff takes it: its backslashes, its hyphens, and no request at its start."""
    escaped = text.rstrip().replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
