"""What people read, word for word: ``make golden`` writes the files anew."""

import pytest

from tests.render import golden_texts


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return golden_texts.expected()


def test_every_text_is_as_it_was_read_aloud(made: dict[str, str]) -> None:
    kept = golden_texts.kept()
    assert {name: text for name, text in made.items() if kept.get(name) != text} == {}, "make golden, and read them"


def test_no_file_is_left_that_nothing_makes(made: dict[str, str]) -> None:
    assert sorted(golden_texts.kept().keys() - made.keys()) == [], "make golden removes them"


def test_every_format_of_every_value_is_among_them(made: dict[str, str]) -> None:
    there = {(name.partition("/")[0], name.rpartition(".")[2]) for name in made}
    offered = {(name, form) for name, found in golden_texts.formats().items() for form in found.names}
    assert offered - there == set()


def test_nothing_in_them_is_secret_or_of_this_machine(made: dict[str, str]) -> None:
    for name, text in made.items():
        assert golden_texts.ENVIRONMENT["SHOP_PASSWORD"] not in text, name
        assert str(golden_texts.HERE) not in text, name
