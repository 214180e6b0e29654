"""Pictures of the sample's site: ``make pictures`` draws those of docs/tasks/pages-for-people.md anew.

``python -m tests.site.pictures FOLDER`` draws a page of each kind into a folder, on a desk and on a phone, light and
dark, for whoever changes what they look like; ``python -m tests.site.pictures FOLDER SITE PAGE...`` those of another
site.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from tests.pages.reading import ROOT
from tests.site.browser import browsing
from tests.site.sites import KINDS, SHOP, written

SIZES = {"desktop": (1280, 1010), "phone": (390, 844)}
IN_DOCS = (
    ("site", "events/order.placed.html", "desktop", "light"),
    ("site-phone", "fields/customer.tier.html", "phone", "dark"),
)


def draw(browser: Browser, page: str, size: str, scheme: str, target: Path, *, whole: bool) -> None:
    """Take a picture of a page, all of it or what is seen first."""
    width, height = SIZES[size]
    with browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light"
    ) as context:
        shown = context.new_page()
        shown.goto(page)
        shown.screenshot(path=target, full_page=whole)


def main(arguments: list[str]) -> None:
    """Draw what is asked for."""
    with tempfile.TemporaryDirectory() as name, browsing() as browser:
        site = Path(arguments[1]).resolve() if len(arguments) > 1 else written(SHOP, Path(name) / "site")
        if not arguments:
            for picture, page, size, scheme in IN_DOCS:
                target = ROOT / "docs" / "pictures" / f"{picture}.png"
                draw(browser, (site / page).as_uri(), size, scheme, target, whole=False)
            return
        folder = Path(arguments[0])
        folder.mkdir(parents=True, exist_ok=True)
        for page in arguments[2:] or KINDS:
            for size in SIZES:
                for scheme in ("light", "dark"):
                    target = folder / f"{page.removesuffix('.html').replace('/', '_')}-{size}-{scheme}.png"
                    draw(browser, (site / page).as_uri(), size, scheme, target, whole=True)


if __name__ == "__main__":
    main(sys.argv[1:])
