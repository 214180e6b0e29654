"""Expressions of GitHub Actions, ``${{ ... }}``, as far as our files have them.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

Values = Mapping[str, object]
"""What names such as ``github.ref`` stand for; others are empty."""

_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}", re.DOTALL)
_TOKEN = re.compile(r"\s*('(?:[^']|'')*'|[A-Za-z_][\w.-]*|&&|\|\||==|!=|[!()])")
_OPERATORS = {"&&": " and ", "||": " or ", "!": " not ", "==": "==", "!=": "!=", "(": "(", ")": ")"}


def expanded(text: object, values: Values) -> str:
    """Return a value of YAML with what its expressions stand for."""
    return _EXPRESSION.sub(lambda found: _as_text(evaluated(found[1], values)), _as_text(text))


def evaluated(expression: str, values: Values, folder: Path = Path()) -> object:
    """Return what an expression stands for, where nothing was cancelled and files are in a folder."""
    functions: Mapping[str, Callable[..., object]] = {
        "cancelled": lambda: False,
        "hashFiles": lambda name: "0" if (folder / str(name)).exists() else "",
    }
    tokens = _TOKEN.findall(expression)
    assert "".join(tokens) == re.sub(r"\s+(?=(?:[^']*'[^']*')*[^']*$)", "", expression), expression
    translated = (repr(one[1:-1]) if one[0] == "'" else _OPERATORS.get(one, f"__[{one!r}]") for one in tokens)
    names = {one: functions[one] if one in functions else values.get(one, "") for one in tokens}
    found: object = eval("".join(translated), {"__": names})
    return found


def _as_text(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
