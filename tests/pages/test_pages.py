from tests.pages.written import kept, made


def test_the_pages_made_of_the_code_are_of_today() -> None:
    assert kept() == made(), "run make docs"
