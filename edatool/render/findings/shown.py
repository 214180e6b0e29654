"""Findings as they are shown."""

import os.path
from collections.abc import Mapping, Sequence
from dataclasses import field

from edatool.checks.catalogue import CATALOGUE, Rule
from edatool.findings import Finding, Ignored, Position
from edatool.frozen import frozen
from edatool.render.paint import Paint, unpainted
from edatool.render.wrapped import WIDTH

_RULES = {rule.code: rule for rule in CATALOGUE}


@frozen
class ShownFindings:
    """What ``command`` of edatool has found, and what of it somebody said is to be ignored.

    ``lines`` are those of the files that findings are in, where they may be seen. Programs that know a repository
    want names of files as from its ``root``: relative ones begin in ``folder``, and both are absolute. ``spec`` is the
    file that a finding without a place is about. ``paint`` colours the text, which is ``width`` wide.
    """

    findings: Sequence[Finding]
    ignored: Sequence[Ignored] = ()
    command: str = "validate"
    spec: str = "routes.yaml"
    lines: Mapping[str, Sequence[str | None]] = field(default_factory=dict)
    root: str = "/"
    folder: str = "/"
    paint: Paint = unpainted
    width: int = WIDTH

    def line(self, at: Position | None) -> str | None:
        """Return the line that a place is in, None where it is not known."""
        lines = self.lines.get(at.file, ()) if at else ()
        return lines[at.line - 1] if at and at.line <= len(lines) else None

    def path(self, at: Position | None) -> str:
        """Return the file of a place as from the root of the repository, with ``..`` before one that is outside."""
        return os.path.relpath(os.path.join(self.folder, at.file if at else self.spec), self.root)  # noqa: PTH118


def rule_of(finding: Finding) -> Rule:
    """Return the rule of a finding."""
    return _RULES[finding.code]
