"""What people read, word for word: ``make golden`` writes the files anew."""

import pytest

from tests.click_texts import with_texts_of_today
from tests.render import golden_texts


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return golden_texts.expected()


def test_every_text_is_as_it_was_read_aloud(made: dict[str, str]) -> None:
    assert differing(made, of_help=False) == {}, "make golden, and read them"


@with_texts_of_today
def test_every_help_is_as_it_was_read_aloud(made: dict[str, str]) -> None:
    assert differing(made, of_help=True) == {}, "make golden, and read them"


def differing(made: dict[str, str], *, of_help: bool) -> dict[str, str]:
    kept, chosen = golden_texts.kept(), {name for name in made if name.startswith("help/") is of_help}
    assert chosen
    return {name: made[name] for name in chosen if kept.get(name) != made[name]}


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
