"""How long the search of a site takes."""

from playwright.sync_api import Page

_SEARCHED = """(texts) => Math.max(...texts.map((text) => {
    const input = document.getElementById("search");
    const begun = performance.now();
    input.value = text;
    input.dispatchEvent(new Event("input"));
    document.getElementById("found").getBoundingClientRect();
    return performance.now() - begun;
}))"""


def slowest_search(page: Page) -> float:
    """Return the milliseconds of the slowest of some searches, until what is found has its place on the page."""
    return float(page.evaluate(_SEARCHED, ["t", "team7", "thing42.happened", "field3 header", "nothing"]))
