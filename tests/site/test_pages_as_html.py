"""Every page, read as the standard of HTML says, with all its links; no browser is needed."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

import html5lib
import pytest

from tests.site import hostile

pytestmark = pytest.mark.slow


@cache
def pages(site: Path) -> dict[Path, Element]:
    """Return all pages, parsed so strictly that the first mistake is an error."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return {file: parser.parse(file.read_text()) for file in sorted(site.rglob("*.html"))}


def addresses(page: Element) -> Iterator[str]:
    for one in page.iter():
        yield from (value for name, value in one.attrib.items() if name in ("href", "src"))


@pytest.mark.parametrize("of", ["shop", "every_key_site", "hostile_site"])
def test_every_page_is_html_and_every_link_leads_to_a_place_of_the_site(
    of: str, request: pytest.FixtureRequest
) -> None:
    site: Path = request.getfixturevalue(of)
    ids: dict[Path, Counter[str]] = {}
    leading: list[tuple[Path, str]] = []
    for file, page in pages(site).items():
        ids[file] = Counter(one.attrib["id"] for one in page.iter() if "id" in one.attrib)
        leading += [(file, one) for one in addresses(page)]
    assert {file: name for file, names in ids.items() for name, times in names.items() if times > 1} == {}
    wrong = []
    for file, one in leading:
        url = urlsplit(one)
        target = (file.parent / unquote(url.path)).resolve() if url.path else file
        inside = target.is_relative_to(site) and target.is_file() and not (url.scheme or url.netloc)
        asked = target.name == "simulator.html" and url.fragment.startswith("event=")  # for its script
        if not inside or (url.fragment and not asked and url.fragment not in ids[target]):
            wrong.append((file.name, one))
    assert wrong == []
    assert len(leading) > 1_000


def test_hostile_names_make_no_element_and_no_attribute_that_others_do_not_make(shop: Path, hostile_site: Path) -> None:
    seen = [
        {(one.tag, name) for page in pages(site).values() for one in page.iter() for name in ("", *one.attrib)}
        for site in (shop, hostile_site)
    ]
    assert seen[1] - seen[0] <= {("small", "")}
    assert not [name for _, name in seen[1] if name.startswith("on")]


def test_pages_run_and_show_nothing_but_files_of_the_site(shop: Path) -> None:
    for file, page in pages(shop).items():
        [policy] = [one.attrib["content"] for one in page.iter("meta") if "http-equiv" in one.attrib]
        assert "default-src 'none'" in policy, file.name
        assert "unsafe" not in policy, file.name
        assert all(one.get("src") and not one.text for one in page.iter("script")), file.name
        assert not [one.tag for one in page.iter() if one.tag == "style" or "style" in one.attrib], file.name


def test_files_of_names_that_differ_in_case_only_differ_on_every_file_system(hostile_site: Path) -> None:
    files = [one.relative_to(hostile_site).as_posix() for one in hostile_site.rglob("*")]
    assert len({one.lower() for one in files}) == len(files)
    assert len(list((hostile_site / "queues").iterdir())) == len(hostile.NAMES)


def test_the_sample_weighs_less_than_a_megabyte(shop: Path) -> None:
    assert sum(one.stat().st_size for one in shop.rglob("*") if one.is_file()) < 1_000_000
