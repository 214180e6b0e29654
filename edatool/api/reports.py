"""Findings in the formats of people, of CI systems, and of editors."""

import re
from collections.abc import Sequence
from pathlib import Path

from edatool.findings import Finding, Ignored
from edatool.render.findings import FORMATS
from edatool.render.findings.shown import ShownFindings
from edatool.spec.files import Unreadable, read_given
from edatool.spec.text.lines import LINE_BREAK
from edatool.spec.text.text import MAX_BYTES

_SECRET = re.compile(r"://[^\s/@]*:[^\s@]+@|passw|secret|token|credential", re.IGNORECASE)


def report(
    findings: Sequence[Finding],
    format: str = "text",  # noqa: A002 - it is called so on the command line
    *,
    command: str = "validate",
    spec: str = "routes.yaml",
    ignored: Sequence[Ignored] = (),
) -> str:
    """Return findings as ``edatool validate --format`` prints them.

    Files are named as from the root of the repository around the current folder where a format is for one.

    Args:
        findings: such as ``validate`` returns, or ``Routes.findings``.
        format: one of ``text``, ``short``, ``json``, ``sarif``, ``junit``, ``github``, ``gitlab``, ``checkstyle`` and
            ``markdown``.
        command: what has found them, a word for whoever reads the report.
        spec: the file that findings without a place are about.
        ignored: those that do not count, such as ``Routes.ignored``, for formats that say so.

    Raises:
        WrongUsage: there is no such format.
    """
    return FORMATS.show(format, shown_findings(findings, command, spec, ignored))


def shown_findings(
    findings: Sequence[Finding], command: str = "validate", spec: str = "routes.yaml", ignored: Sequence[Ignored] = ()
) -> ShownFindings:
    """Read the lines that findings are about, and look for the repository that they are in."""
    every = [*findings, *(one.finding for one in ignored)]
    files = dict.fromkeys(one.at.file for one in every if one.at)
    folder = Path.cwd()
    root = next((one for one in (folder, *folder.parents) if (one / ".git").exists()), folder)
    lines = {name: _read_lines(name) for name in files}
    return ShownFindings(findings, ignored, command, spec, lines, str(root), str(folder))


def _read_lines(file: str) -> list[str | None]:
    """Return the lines of a file, without those that may hold a secret; none where it cannot be read."""
    try:
        text = read_given(file, MAX_BYTES).decode(errors="replace").removeprefix("\ufeff")
    except Unreadable:
        return []
    lines = text.split("\n") if file.endswith(".json") else LINE_BREAK.split(text)
    return [None if _SECRET.search(line) else line for line in lines]
