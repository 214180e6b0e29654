"""What the docstring of a rule's file says, in its parts.

A summary in the first line, paragraphs on why it matters and what to do, and below ``Bad:`` and ``Good:`` an example
each, indented: the text of ``routes.yaml``, other files below a line ``--- NAME``, and for the bad one the command
that finds it behind ``$`` with what it says.
"""

import ast
import re
from collections.abc import Mapping
from importlib.resources import files
from textwrap import dedent

from edatool.checks.catalogue import Rule
from edatool.frozen import frozen

_PARTS = re.compile(r"(.*?)\n\n(?:(.*?)\n\n)?Bad:\n\n(.*?)\n\nGood:\n\n(.*)", re.DOTALL)
_FILE = re.compile(r"^--- (\S+)\n", re.MULTILINE)


@frozen
class RuleExample:
    """Files by name, the command that is run on them, and the findings that it prints."""

    files: Mapping[str, str]
    command: str
    findings: tuple[str, ...]


@frozen
class Explanation:
    """A rule in words: ``why`` is empty where the summary says it all."""

    summary: str
    why: str
    bad: RuleExample
    good: RuleExample


def documentation(rule: Rule) -> str:
    """Return the docstring of a rule's file, which is not imported for it: what a rule needs takes long to load."""
    source = files("edatool.checks") / "rules" / f"{rule.module}.py"
    return ast.get_docstring(ast.parse(source.read_bytes())) or ""


def explanation(rule: Rule) -> Explanation:
    """Return what is said of a rule.

    Raises:
        ValueError: its docstring is not in this form.
    """
    parts = _PARTS.fullmatch(documentation(rule))
    if not parts:
        raise ValueError(f"the docstring of {rule.name} has no summary, Bad: and Good:")
    summary, why, bad, good = parts.groups()
    found = _example(dedent(bad), "")
    return Explanation(summary, why or "", found, _example(dedent(good), found.command))


def _example(text: str, command: str) -> RuleExample:
    written, _, said = text.partition("\n\n$ ")
    first, *others = _FILE.split(written + "\n")
    named = {"routes.yaml": first} if first.strip() else {}
    named |= dict(zip(others[::2], others[1::2], strict=True))
    command, *findings = said.split("\n") if said else [command]
    return RuleExample(named, command, tuple(findings))
