"""The pictures of pages are those that are drawn now."""

from tests.pages.drawn import FOLDER, pictures


def test_every_picture_that_is_drawn_is_up_to_date() -> None:
    kept = {one.name: one.read_text() for one in FOLDER.glob("*.svg")}
    assert kept == pictures(), "make docs draws them"
