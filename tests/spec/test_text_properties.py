"""Whatever the bytes are: an answer in time, never an exception, and a position for everything that is said."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edatool.checks.load import load
from edatool.spec.text.text import read
from tests.examples import examples

WORDS = st.sampled_from(
    [
        *("edatool: 1\n", "name: x\n", "queues:", "events:", "bindings:", "tests:", "include:", "defaults:", "queue:"),
        *(
            " ",
            "  ",
            "\n",
            "\n  ",
            "\t",
            "- ",
            ": ",
            ", ",
            "{",
            "}",
            "[",
            "]",
            "&a ",
            "*a",
            "<<: ",
            "? ",
            "! ",
            "!!str ",
        ),
        *("'", '"', "|\n", ">-\n", "# ", "---\n", "...\n", "%YAML 1.2\n", "%TAG ! !x\n", "${X}", "${X:-y}", "$${"),
        *("*.x", "{a}.b", "010", "0o10", "yes", "~", "1e999", ".nan", "-1", "1_000", "5s", "type: topics", "key: #"),
        *("\ufeff", "\x07", "\x85", "\u2028", "\u200b", "\u00e9", "\U0001f600", "\r\n", "\r", "\x00", "\\"),
        *("exchange: amq.topic", "queue: a", "a: {}", "durable: yes", "keys: a.b", "amq.topic", "<<: [*a, *a]"),
    ]
)
TEXTS = st.one_of(st.lists(WORDS, max_size=40).map("".join), st.text(max_size=200))


@settings(max_examples=examples(1500), deadline=1000)
@given(TEXTS)
def test_any_text_is_read_and_every_finding_is_in_it(text: str) -> None:
    _, findings = read(text, "r.yaml", {"X": "a"})
    _are_inside([(one.at.line, one.at.column) for one in findings if one.at], text, len(findings))


@settings(max_examples=examples(600), deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(TEXTS.map(str.encode), TEXTS.map(lambda text: f"edatool: 1\nname: x\n{text}".encode()), st.binary()))
def test_any_file_is_checked_and_every_finding_is_in_it(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "r.yaml"
    file.write_bytes(content)
    findings = load([str(file)], {}).findings
    _are_inside(
        [(one.at.line, one.at.column) for one in findings if one.at], content.decode("utf-8", "replace"), len(findings)
    )


def _are_inside(places: list[tuple[int, int]], text: str, number: int) -> None:
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    for other in ("\x85", "\u2028", "\u2029"):
        lines = lines.replace(other, "\n")
    assert len(places) == number
    for line, column in places:
        assert 1 <= line <= lines.count("\n") + 1, (places, text)
        assert 1 <= column <= len(lines.split("\n")[line - 1]) + 1, (places, text)


MANY = 20_000
KEYS = ", ".join(f"k{i}: 1" for i in range(MANY // 10))
SHAPES = {
    "merged into many": f"a: &a {{{KEYS}}}\n" + "".join(f"b{i}: {{<<: *a}}\n" for i in range(MANY // 10)),
    "merged again and again": f"a: &a {{{KEYS}}}\nb: {{<<: [{', '.join(['*a'] * MANY)}]}}\n",
    "merged in a chain": "".join(
        f"b{i}: &b{i} {{<<: *b{i - 1}, k{i}: 1}}\n" if i else "b0: &b0 {k: 1}\n" for i in range(MANY // 10)
    ),
    "aliases": f"a: &a [{', '.join(['1'] * 300)}]\nb: [{', '.join(['*a'] * MANY)}]\n",
    "anchors in anchors": "a: " + "".join(f"&x{i} {{k: " for i in range(60)) + f"[{'1, ' * MANY}]" + "}" * 60,
    "a scalar": "a: " + "x" * MANY * 100,
    "a quoted scalar": 'a: "' + "x" * MANY * 100,
    "a key": "x" * MANY * 100 + ": 1\n",
    "blanks": " " * MANY * 100 + "a: 1\n",
    "empty lines": "\n" * MANY * 100 + "a: b: c",
    "quotes": "a: " + "''" * MANY * 10 + '"',
    "digits": "a: " + "1" * MANY * 100 + "e1",
    "dollars": "a: " + "${" * MANY * 10,
    "defaults": "a: " + "${A:-" * MANY * 10,
    "brackets": "a: " + "[" * MANY * 10,
    "dashes": "- " * MANY * 10,
    "questions": "? " * MANY * 10,
    "duplicates": "a: 1\n" * MANY,
    "documents": "--- a\n" * MANY,
    "directives": "%TAG !a! tag:x\n" * MANY + "--- a",
    "named directives": "".join(f"%TAG !a{i}! tag:x\n" for i in range(MANY)) + "--- a",
    "tags": "".join(f"a{i}: !x 1\n" for i in range(MANY)),
    "keys that are no strings": "{" + "[a]: b, " * MANY + "}",
    "indentations": "".join(" " * i + "a:\n" for i in range(3000)),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("shape", SHAPES)
def test_the_time_is_in_proportion_to_the_text_whatever_its_shape(shape: str) -> None:
    text = SHAPES[shape]
    plain = _seconds("a: {" + ", ".join(f"k{i}: 1" for i in range(MANY)) + "}")
    assert _seconds(text) < 40 * max(plain, plain * len(text) / (8 * MANY)), shape


def _seconds(text: str) -> float:
    started = time.process_time()
    read(text, "r.yaml", {})
    return time.process_time() - started
