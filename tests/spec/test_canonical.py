"""The canonical layout: what it looks like, and that it changes nothing else."""

import re
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edatool.spec.canonical.canonical import canonical
from edatool.spec.text import text
from tests.examples import examples

LAID_OUT = {
    "blocks are indented by two blanks, lists below their key too": (
        "queues:\n    a:\n        retry:\n        - 5s\n        -   10m\n",
        "queues:\n  a:\n    retry:\n      - 5s\n      - 10m\n",
    ),
    "an item of several lines goes with its dash": (
        "bindings:\n-   queue: a\n    exchange: b\n",
        "bindings:\n  - queue: a\n    exchange: b\n",
    ),
    "what goes on in further lines moves with its first": (
        "queues:\n    a: {\n        type: stream,\n    }\n    b:\n        summary: >\n            c\n              d\n",
        "queues:\n  a: {\n      type: stream,\n  }\n  b:\n    summary: >\n        c\n          d\n",
    ),
    "comments are aligned with what they are about": (
        "queues:\n    # of a\n    a: {}  # beside\n    # b: {}\n# of bindings\nbindings: []\n",
        "queues:\n  # of a\n  a: {}  # beside\n  # b: {}\n\n# of bindings\nbindings: []\n",
    ),
    "sections are in the order of the reference, with their comments": (
        "# of the file\nqueues:\n  a: {}\n  # b: {}\n# of the version\nedatool: 1\nname: x\n# the end\n",
        "# of the file\n# of the version\nedatool: 1\nname: x\n\nqueues:\n  a: {}\n  # b: {}\n# the end\n",
    ),
    "one blank line stands around sections of several lines": (
        "edatool: 1\n\n\nname: x\nqueues:\n  a: {}\n\n\n  b: {}\nbindings: []\n\n\n",
        "edatool: 1\n\nname: x\n\nqueues:\n  a: {}\n\n  b: {}\n\nbindings: []\n",
    ),
    "no line ends in blanks, and the last one is ended": ("name: x  \nvhost: a # b\t", "name: x\nvhost: a # b\n"),
    "a line of a tab alone keeps no block from being indented": (
        "queues:\n    a:\n    - 5s\n      \t\n    # b\n",
        "queues:\n  a:\n    - 5s\n\n    # b\n",
    ),
    "the ends of lines of Windows stay": ("name: x \r\nqueues:\r\n    a: {}", "name: x\r\n\r\nqueues:\r\n  a: {}\r\n"),
}


@pytest.mark.parametrize(("written", "expected"), LAID_OUT.values(), ids=LAID_OUT.keys())
def test_a_text_is_laid_out(written: str, expected: str) -> None:
    assert canonical(written) == expected
    assert canonical(expected) == expected


LEFT = {
    "blanks in a text of several lines": 'edatool: 1\n\nname: "a  \n\n\n  b"\n\nvhost: |\n  a  \n\n\n  b\n',
    "blank lines that end a text": "queues:\n  a:\n    summary: |+\n      a\n\n\n  b: {}\n",
    "a text without an end of its last line": "name: |-\n  a",
    "a section that another refers to": "queues: &q {a: {}}\nevents: *q\n",
    "sections that are not known": "zebra: 1\nname: x\n",
    "no YAML": "a: [\n   b",
    "a bracket that nothing opens": "a:\n   b: ]",
    "a mapping in brackets": "{edatool: 1,\n   name: x}\n",
    "quotes and brackets": "edatool: 1\nname: 'x'\nvhost: \"/\"\n",
}


@pytest.mark.parametrize("written", LEFT.values(), ids=LEFT.keys())
def test_what_cannot_be_laid_out_or_is_its_authors_choice_is_left(written: str) -> None:
    assert canonical(written).removesuffix("\n") == written.removesuffix("\n")


NAMES = st.sampled_from(["a", "b.c", "order-x", '"a b"', "'#'"])
SCALARS = st.sampled_from(
    ["1", "x", '"x # y"', "'it''s'", "true", "[a, b]", "{a: 1, b: [x]}", "[\n  a,  # one\n\n  b\n]", "", "5s"]
)
TEXTS = st.sampled_from(
    [
        "|\n  one  \n\n    two\n",
        "x\n\t\n",
        ">-\n  folded\n  on\n",
        '"quoted\n\n  on"',
        "plain\n  on\n  on",
        "|+\n  kept\n\n",
    ]
)
COMMENTS = st.sampled_from(["# c", "#c: {}", "# - d", "#    e  "])


def below(lines: list[str], by: int) -> list[str]:
    return [" " * by + line for line in lines]


@st.composite
def values(draw: st.DrawFn, depth: int = 2) -> list[str]:
    """The lines of a value: what stands behind its key, and the lines below."""
    kind = draw(st.sampled_from(["scalar", "text", "mapping", "list"] if depth else ["scalar", "text"]))
    if kind == "scalar":
        first, *rest = draw(SCALARS).split("\n")
        return [first, *rest]
    if kind == "text":
        first, *rest = draw(TEXTS).split("\n")
        return [first, *rest]
    by = draw(st.integers(1, 5))
    inner: list[str] = []
    for name in draw(st.lists(NAMES, min_size=1, max_size=3, unique=True)):
        inner += draw(between())
        first, *rest = draw(values(depth=depth - 1))
        key = f"{name}:" if kind == "mapping" else "-"
        gap = " " * (1 if kind == "mapping" else draw(st.integers(1, 3)))
        inner += [
            f"{key}{gap}{first}".rstrip() + draw(beside(first)),
            *below(rest, 0 if kind == "mapping" else len(key + gap)),
        ]
    return ["", *below(inner, by if kind == "mapping" else draw(st.integers(0, 4)))]


@st.composite
def beside(draw: st.DrawFn, first: str) -> str:
    plain = bool(re.fullmatch(r"[a-z0-9]*", first))
    return draw(st.sampled_from(["", "  # beside", "   "])) if plain and first != "plain" else ""


@st.composite
def between(draw: st.DrawFn) -> list[str]:
    """Comments and blank lines."""
    indent = " " * draw(st.integers(0, 6))
    return [indent + one if one else one for one in draw(st.lists(COMMENTS | st.just(""), max_size=2))]


@st.composite
def specs(draw: st.DrawFn) -> str:
    names = draw(st.lists(st.sampled_from(["edatool", "name", "queues", "events", "tests", "bindings"]), unique=True))
    lines = draw(between())
    for name in names:
        first, *rest = draw(values())
        lines += [f"{name}: {first}".rstrip(), *rest, *draw(between())]
    end = draw(st.sampled_from(["\n", "", "\n\n", "\n   ", "\n\t"]))
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines) + end


def seen(content: str) -> Counter[str]:
    """What people see of the lines, wherever they stand."""
    return Counter(re.sub(r"^(- +)+", "- ", line.strip()) for line in content.splitlines() if line.strip())


@settings(max_examples=examples(500), deadline=None)
@given(specs())
@example("edatool:\n    a:\n       a: |+\n         kept\n       \n       ")
def test_it_means_the_same_keeps_every_line_and_is_the_same_again(content: str) -> None:
    before, wrong = text.read(content, "", None)
    after = canonical(content)
    says, wrong_after = text.read(after, "", None)
    assert (says.value, len(wrong_after)) == (before.value, len(wrong))
    assert seen(after) == seen(content)
    assert canonical(after) == after
