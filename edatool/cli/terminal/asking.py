"""The question whether to go on, which only a person at a terminal can answer."""

import sys

import click

from edatool.errors import NeedsPerson


def require_yes(question: str) -> None:
    """Ask, and return if the answer is yes.

    Raises:
        NeedsPerson: the answer is no, or there is no terminal to ask at.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        raise NeedsPerson("nothing was changed, for there is no terminal to ask at: give --yes to go on unasked")
    if not click.confirm(question, err=True):
        raise NeedsPerson("nothing was changed: the answer was no")
