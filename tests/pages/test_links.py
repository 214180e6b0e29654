"""Links between pages lead somewhere, and some lead to every page."""

from pathlib import Path

import pytest

from tests.pages.reading import MAP, ROOT, anchors, links, pages


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    broken = [
        link
        for link, target, anchor in links(page)
        if not target.exists() or (anchor and anchor not in anchors(target))
    ]
    assert broken == []


def test_every_page_is_reached_from_the_map() -> None:
    reached, waiting = {MAP}, [MAP]
    while waiting:
        for _, target, _ in links(waiting.pop()):
            if target.suffix == ".md" and target not in reached:
                reached.add(target)
                waiting.append(target)
    assert [page for page in pages() if page.is_relative_to(MAP.parent) and page not in reached] == []
