import pytest

from tests.pages.written import DOCS, PAGES


@pytest.mark.parametrize("name", PAGES)
def test_a_page_made_of_the_code_is_of_today(name: str) -> None:
    assert (DOCS / name).read_text() == PAGES[name](), "run make docs"
