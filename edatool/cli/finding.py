"""Findings on the terminal, and in the log of a CI system."""

import os
from collections.abc import Sequence
from dataclasses import replace
from shutil import get_terminal_size

import click

from edatool.api.reports import shown_findings
from edatool.cli.painting import paint
from edatool.cli.writing import write
from edatool.findings import Finding, Ignored
from edatool.render.findings import FORMATS
from edatool.render.wrapped import WIDTH

_SPEC = "routes.yaml"


def write_findings(
    findings: Sequence[Finding],
    ignored: Sequence[Ignored],
    output: str,
    command: str,
    spec: str = _SPEC,
    *,
    err: bool = False,
) -> None:
    """Write findings as the result of a command, and as text also where GitHub Actions looks for them."""
    text = _text(findings, output, command, spec, ignored)
    if text:
        write(text, err=err)
    if output == "text":
        annotate(findings, spec)


def tell_findings(findings: Sequence[Finding], output: str = "text", *, color: bool | None = None) -> None:
    """Print findings beside the result of a command, ``short`` where they are about no file that is there already."""
    click.echo(_text(findings, output, "", _SPEC), err=True, color=color)
    annotate(findings)


def _text(findings: Sequence[Finding], output: str, command: str, spec: str, ignored: Sequence[Ignored] = ()) -> str:
    width = get_terminal_size((WIDTH, 0)).columns
    shown = replace(shown_findings(findings, command, spec, ignored), paint=paint, width=width)
    return FORMATS.show(output, shown)


def annotate(findings: Sequence[Finding], spec: str = _SPEC) -> None:
    """Let GitHub Actions show findings at their lines: it reads commands in the whole log of a step."""
    if findings and os.environ.get("GITHUB_ACTIONS") == "true":
        click.echo(_text(findings, "github", "", spec), err=True)
