"""No block of a page is one that nobody tries."""

import re
from pathlib import Path

import pytest

from edatool.spec import load
from edatool.spec.format import ROUTES
from edatool.spec.text import text
from tests.pages.reading import ROOT, written_by_hand
from tests.pages.walk import LANGUAGES, PART

YAML = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
HEAD = {"edatool": "edatool: 1\n", "name": "name: shop\n"}


@pytest.mark.parametrize("page", written_by_hand(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_and_every_hidden_command_is_part_of_the_walk(page: Path) -> None:
    content = page.read_text()
    fences = re.findall(r"^(.*)```(.*)$", content, re.MULTILINE)
    assert {before for before, _ in fences} <= {""}, "an indented block is no part of a walk"
    assert {kind for _, kind in fences[::2]} <= LANGUAGES
    assert {kind for _, kind in fences[1::2]} <= {""}
    outside = re.sub(r"^```.*?^```", "", content, flags=re.MULTILINE | re.DOTALL)
    assert outside.count("<!--") == len([one for one in PART.finditer(content) if one[0].startswith("<!--")])
    assert not re.findall(r"^ {4,}\$ ", outside, re.MULTILINE)


@pytest.mark.parametrize("page", written_by_hand(), ids=lambda page: str(page.relative_to(ROOT)))
def test_what_looks_like_a_spec_has_its_format(page: Path) -> None:
    for block in YAML.findall(page.read_text()):
        keys = text.read(block, page.name, {})[0].value
        assert isinstance(keys, dict)
        if keys.keys() <= ROUTES.fields.keys():
            missing = "".join(line for key, line in HEAD.items() if key not in keys)
            assert load.load_text(f"{missing}{block}", page.name).findings == [], block
