import pytest

from edatool.visible import joined, visible


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("orders.é ü 訂單", "orders.é ü 訂單"),
        ("a\n::error::forged", r"a\n::error::forged"),
        ("a\r\x1b[2J\x07\x9b\x7f", r"a\r\x1b[2J\x07\x9b\x7f"),
        ("\u202egnp.exe\u2066\u200b\u2028\ufeff", r"\u202egnp.exe\u2066\u200b\u2028\ufeff"),
        ("\udc80", r"\udc80"),
        ("::error::forged", r"\x3a:error::forged"),
        ("    ::add-mask::x", r"    \x3a:add-mask::x"),
        ("queue ##[error]x ##vso[task.complete]", r"queue \x23#[error]x \x23#vso[task.complete]"),
        ("file.yaml:3:5: E103 a::b ## c", "file.yaml:3:5: E103 a::b ## c"),
    ],
)
def test_what_is_more_than_text_is_escaped(text: str, expected: str) -> None:
    assert visible(text) == expected
    assert visible(text).isprintable()


def test_each_line_stays_one() -> None:
    assert joined(["a\nb", "::c"]) == "a\\nb\n\\x3a:c"
