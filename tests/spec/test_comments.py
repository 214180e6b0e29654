"""Comments in which authors of a spec ask to ignore something, and what only looks like one."""

import pytest

from edatool.spec.text.comments import comments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1  # edatool: ignore[W1] because x\n", [("[W1] because x", 1, 7, 1)]),
        ("a: 1\t#edatool:ignore[W1]\n", [("[W1]", 1, 6, 1)]),
        ("# edatool: ignore[W1]\na: 1\n", [("[W1]", 1, 1, 2)]),
        ("# edatool: ignore[W1]\n\n  # more\na: 1\n", [("[W1]", 1, 1, 4)]),
        ("a: 1\n# edatool: ignore[W1]", [("[W1]", 2, 1, 2)]),
        ("a: |  # edatool: ignore[W1]\n  b\n", [("[W1]", 1, 7, 1)]),
        ("a: [b,  # edatool: ignore[W1]\n  c]\n", [("[W1]", 1, 9, 1)]),
        ("é: 'ü'  # edatool: ignore[W1]\r\nb: 2\r\n", [("[W1]", 1, 9, 1)]),
        ("a: 1  # edatool: ignore\n", [("", 1, 7, 1)]),
    ],
)
def test_a_comment_is_about_its_own_line_or_the_next_one(text: str, expected: list[tuple[str, int, int, int]]) -> None:
    assert [(one.text, one.line, one.column, one.about) for one in comments(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "a: 'b # edatool: ignore[W1] because x'\n",
        'a: "b\n  # edatool: ignore[W1] because x"\n',
        "a: |\n  b\n  # edatool: ignore[W1] because x\n",
        "a: >-\n  # edatool: ignore[W1] because x\n\n  b\n",
        "a: b#edatool: ignored\n",
        "a: 1  # edatool: ignored\n",
        "a: 1  # see edatool: ignore[W1]\n",
    ],
)
def test_what_looks_like_one_is_none(text: str) -> None:
    assert list(comments(text)) == []


def test_behind_a_block_of_text_there_may_be_one() -> None:
    text = "a:\n  b: |\n    # edatool: ignore[W1]\n  # edatool: ignore[W2]\n  c: 1\n"
    assert [(one.text, one.about) for one in comments(text)] == [("[W2]", 5)]
