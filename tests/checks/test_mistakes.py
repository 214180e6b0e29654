"""Mistakes that people make, and all that they are told: one message for one mistake, with the way out."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from edatool.checks.load import load

TABLE = Path(__file__).parent / "mistakes.txt"


def mistakes() -> Iterator[tuple[str, str, list[str]]]:
    """Yield what is wrong, a spec, and what is said of it; in the table ``<U+200B>`` stands for that character."""
    for block in TABLE.read_text(encoding="utf-8").split("\n=== ")[1:]:
        title, _, rest = block.partition("\n")
        text, _, said = rest.rpartition("--- ")
        text = re.sub(r"<U\+([0-9A-F]{4})>", lambda match: chr(int(match[1], 16)), text)
        yield title, text, said.strip().split("\n")


@pytest.mark.parametrize(("title", "text", "said"), [pytest.param(*one, id=one[0]) for one in mistakes()])
def test_a_mistake_is_told_as_the_table_says(
    title: str, text: str, said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("teams").mkdir()
    Path("routes.yaml").write_text(text, encoding="utf-8", newline="")
    findings = load(["routes.yaml"], {}).findings
    assert [str(one).removeprefix("routes.yaml:") for one in findings] == said
    lines = text.split("\n")
    for one in findings:
        assert one.at
        assert 1 <= one.at.line <= len(lines)
        assert 1 <= one.at.column <= len(lines[one.at.line - 1]) + 1


def test_the_table_has_many_mistakes() -> None:
    assert len(list(mistakes())) >= 120
