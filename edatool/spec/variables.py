"""Variables in strings: ``${NAME}``, ``${NAME:-default}``, and ``$${`` for a literal ``${``."""

import re
from collections.abc import Mapping

from edatool.frozen import frozen
from edatool.spec.shape import shown

_VARIABLE = re.compile(r"\$\$\{|\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(:-(?P<default>[^}]*))?\}|\$\{[^}]*\}?")


@frozen
class Unset:
    """A variable that could not be replaced, and why."""

    message: str


class StandIns(dict[str, str]):
    """An environment in which a variable that is not set stands for itself, ``${NAME}``; ``unset`` names those."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__(environment)
        self.unset: set[str] = set()

    def __missing__(self, name: str) -> str:
        self.unset.add(name)
        return f"${{{name}}}"


def expand(text: str, environment: Mapping[str, str]) -> str | Unset:
    """Replace every variable in ``text``; a default is taken where the variable is unset or empty."""
    problems: list[str] = []

    def replace(match: re.Match[str]) -> str:
        if match[0] == "$${":
            return "${"
        name, default = match["name"], match["default"]
        if name is None:
            problems.append(f"{shown(match[0])} is not a variable: write ${{NAME}}, or $${{ for a literal ${{")
            return ""
        if default is not None:
            return environment.get(name) or default
        try:
            return environment[name]
        except KeyError:
            problems.append(f"the variable {name} is not set: set it, or write ${{{name}:-default}}")
            return ""

    expanded = _VARIABLE.sub(replace, text)
    return Unset("; ".join(problems)) if problems else expanded
